import { MailCheck } from "lucide-react";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { accountField, actingIn } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { listAddress } from "#components/lists/list-address.ts";
import { Pager } from "#components/lists/pager.tsx";
import { Cell, Row, RowActions, RowHead, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { type PageQuery, readList, signedIn } from "#lib/http/next/page.ts";
import { listMailFailures, type MailFailure } from "#lib/notifications/undelivered/operations.ts";
import { portalPage } from "../portal-page.tsx";
import { retryMailFailure } from "./actions.ts";

export const metadata = { title: "Undelivered mail" };

export default portalPage(UndeliveredPage);

async function UndeliveredPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const account = actingIn(query);
  const cursor = [query.cursor].flat()[0];
  const pathOf = (cursor?: string) => listAddress("/undelivered", { cursor }, account);
  const { items, nextCursor } = await readList(listMailFailures, { accountId: account, cursor }, pathOf());
  const mayRetry = canInAccount(await signedIn(), "retry:mail_failure", account);
  return (
    <>
      <PageHeader
        title="Undelivered mail"
        description="Mails to people of the account that could not be delivered within five to six hours of trying. They are kept here for 30 days."
        actions={<Confirmed />}
      />
      <div className="card">
        {items.length > 0 ? <Failures items={items} mayRetry={mayRetry} account={account} /> : <Nothing />}
      </div>
      <Pager cursor={cursor} next={nextCursor} pathOf={pathOf} />
    </>
  );
}

type FailuresProps = { items: MailFailure[]; mayRetry: boolean; account?: string };

function Failures({ items, mayRetry, account }: FailuresProps) {
  return (
    <Table
      caption="Mails that could not be delivered"
      columns={["Mail", "For", "Why", "Given up", ...(mayRetry ? [null] : [])]}
    >
      {items.map(({ id, subject, username, to, reason, tries, failedAt }) => (
        <Row key={id}>
          <RowHead>
            <span className="font-medium wrap-anywhere">{subject}</span>
          </RowHead>
          <Cell label="For">
            <div className="@4xl:min-w-44">
              <span className="block wrap-anywhere">{username}</span>
              {to && to !== username && <span className="hint block wrap-anywhere">{to}</span>}
            </div>
          </Cell>
          <Cell label="Why">
            <span className="wrap-anywhere">{reason}</span>
            <span className="hint block">after {tries} tries</span>
          </Cell>
          <Cell label="Given up">
            <Time iso={failedAt} as="relative" />
          </Cell>
          {mayRetry && (
            <RowActions>
              <SendAgain id={id} subject={subject} username={username} account={account} />
            </RowActions>
          )}
        </Row>
      ))}
    </Table>
  );
}

type SendAgainProps = Pick<MailFailure, "id" | "subject" | "username"> & { account?: string };

function SendAgain({ id, subject, username, account }: SendAgainProps) {
  return (
    <Form action={retryMailFailure} success={`“${subject}” is on its way again.`} className="contents">
      {Object.entries({ id, ...accountField(account) }).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SubmitButton tone="secondary" small busy="Sending…" aria-label={`Send again: ${subject} to ${username}`}>
        Send again
      </SubmitButton>
    </Form>
  );
}

function Nothing() {
  return (
    <EmptyState icon={<MailCheck aria-hidden />} title="Everything was delivered">
      A mail that the mail server refuses for hours ends up here, with its reason.
    </EmptyState>
  );
}
