import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Card } from "#components/ui/card.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Integration, ProvisioningFailure } from "#lib/vault/integrations/integration.ts";
import { tryAgain } from "../actions.ts";

type TroublesProps = {
  integration: Integration & { troubles: ProvisioningFailure[] };
  accountId?: string;
  mayChange: boolean;
};

/** Whose secrets could not be made or withdrawn yet, why, since when, and when it is tried again. */
export function TroublesCard({ integration: { id, usage, troubles }, accountId, mayChange }: TroublesProps) {
  const more = usage.troubled - troubles.length;
  return (
    <Card id="troubles" title="In trouble" description="It is tried again by itself, longer and longer apart." flush>
      <Table caption="What could not be made or withdrawn yet" columns={["Whose", "Why", "Since", "Next try"]}>
        {troubles.map(({ credentialId, user, state, words, since, nextTryAt }) => (
          <Row key={credentialId}>
            <RowHead>
              <span className="font-medium wrap-anywhere">{user.fullName}</span>
              <span className="hint block wrap-anywhere">{user.username}</span>
            </RowHead>
            <Cell label="Why">
              <span className="wrap-anywhere">
                {what[state]}: {words}
              </span>
            </Cell>
            <Cell label="Since">{since ? <Time iso={since} as="relative" /> : "Not known"}</Cell>
            <Cell label="Next try">{isDue(nextTryAt) ? "Now" : <Time iso={nextTryAt} as="relative" />}</Cell>
          </Row>
        ))}
      </Table>
      <div className="grid gap-3 border-t border-line px-5 py-4 sm:px-6">
        {more > 0 && <p className="hint">And {more} more: the longest in trouble are shown.</p>}
        {mayChange && (
          <Form action={tryAgain} success="All of it is tried again now.">
            <input type="hidden" name="integrationId" value={id} />
            {accountId && <input type="hidden" name="accountId" value={accountId} />}
            <div>
              <SubmitButton tone="secondary" busy="Asking…">
                Try again now
              </SubmitButton>
            </div>
          </Form>
        )}
      </div>
    </Card>
  );
}

const isDue = (iso: string) => Date.parse(iso) <= Date.now();

const what: Record<ProvisioningFailure["state"], string> = {
  ready: "Not made anew",
  pending: "Not made",
  failed: "Not made",
  withdrawing: "Not withdrawn",
};
