import { inAccount } from "#components/layout/acting-account.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import type { KnownPermission } from "#lib/core/catalogue.ts";
import type { Explanation } from "#lib/people/permissions/explain.ts";

type AnswerProps = { answer: Explanation; accountId?: string; known: KnownPermission[] };

/** Yes or no, the rule that decided, and everything else that speaks for it or against it. */
export function Answer({ answer, accountId, known }: AnswerProps) {
  const { allowed, except, sentence, denials, allowances } = answer;
  const yes = except.length ? "warn" : "good";
  return (
    <section aria-label="The answer" className="grid gap-6">
      <Alert tone={allowed ? yes : "danger"} title={sentence} live />
      <Card id="question" title="What was asked">
        <Question answer={answer} known={known} />
      </Card>
      {denials.length > 0 && (
        <Card id="denials" title="What denies it" description="One is enough, whatever allows it." flush>
          <Entries caption="What denies it" entries={denials} accountId={accountId} />
        </Card>
      )}
      {allowances.length > 0 && (
        <Card id="allowances" title="What allows it" flush>
          <Entries caption="What allows it" entries={allowances} accountId={accountId} />
        </Card>
      )}
    </section>
  );
}

function Question({ answer, known }: Pick<AnswerProps, "answer" | "known">) {
  const { permission, user, byToken, carriedBy, except, rights, targetAccountId } = answer;
  const [, , action, resource] = permission.split(":");
  const lets = known.find((one) => one.action === action && one.resource === resource)?.lets ?? [];
  return (
    <Facts>
      <Fact name="Who">
        {user.fullName} ({user.username})
      </Fact>
      <Fact name="Permission">
        <code className="font-mono text-xs wrap-anywhere">{permission}</code>
      </Fact>
      {lets.length > 0 && (
        <Fact name="What it is for">
          <ul className="grid gap-1">
            {lets.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </Fact>
      )}
      {except.length > 0 && (
        <Fact name="But not">
          <code className="font-mono text-xs wrap-anywhere">{except.join(", ")}</code>
        </Fact>
      )}
      <Fact name="Where">{targetAccountId ? `Account ${targetAccountId}` : "Any account that theirs manages"}</Fact>
      {rights && <Fact name="Agreed on">{rights.join(", ") || "Nothing"}</Fact>}
      {byToken && <Fact name="Token">{byToken.name}</Fact>}
      {carriedBy && <Fact name="Scopes that carry it">{carriedBy.join(", ") || "None of its scopes"}</Fact>}
    </Facts>
  );
}

type EntriesProps = { caption: string; entries: Explanation["denials"]; accountId?: string };

function Entries({ caption, entries, accountId }: EntriesProps) {
  return (
    <Table caption={caption} columns={["Role", "Entry", "Comes to them"]}>
      {entries.map(({ role, pattern, direct, groups }) => (
        <Row key={`${role.id} ${pattern}`}>
          <RowHead>
            {role.id ? (
              <Link href={inAccount(`/roles/${role.id}`, accountId)} className="text-link">
                {role.name}
              </Link>
            ) : (
              role.name
            )}
          </RowHead>
          <Cell label="Entry">
            <code className="font-mono text-xs wrap-anywhere">{pattern}</code>
          </Cell>
          <Cell label="Comes to them">
            {[direct && "granted to them", groups.length > 0 && `through ${groups.map(({ name }) => name).join(", ")}`]
              .filter(Boolean)
              .join("; ")}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
