import { MailCheck } from "lucide-react";
import { redirect } from "next/navigation";
import { EmptyState } from "#components/empty-state.tsx";
import { Form, SubmitButton } from "#components/form.tsx";
import { PageHeader } from "#components/page-header.tsx";
import { Confirmed } from "#components/step-up/confirmed.tsx";
import { Pages } from "#components/ui/pages.tsx";
import { Cell, Row, RowActions, RowHead, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { Refusal } from "#lib/core/errors.ts";
import { type PageQuery, read } from "#lib/doors/page.ts";
import { listMailFailures, type MailFailure } from "#lib/mail-failures.ts";
import { retryMailFailure } from "./actions.ts";

export const metadata = { title: "Undelivered mail" };

export default async function UndeliveredPage({ searchParams }: { searchParams: PageQuery }) {
  const { cursor: given } = await searchParams;
  const cursor = typeof given === "string" ? given : undefined;
  const { items, nextCursor } = await readFailures(cursor);
  return (
    <>
      <PageHeader
        title="Undelivered mail"
        description="Mails to people of your account that could not be delivered within five to six hours of trying. They are kept here for 30 days."
        actions={<Confirmed />}
      />
      <div className="card">{items.length > 0 ? <Failures items={items} /> : <Nothing />}</div>
      <Pages
        first={cursor && "/undelivered"}
        next={nextCursor === null ? undefined : `/undelivered?${new URLSearchParams({ cursor: nextCursor })}`}
      />
    </>
  );
}

async function readFailures(cursor: string | undefined) {
  try {
    return await read(listMailFailures, { cursor });
  } catch (refusal) {
    if (cursor && refusal instanceof Refusal && refusal.code === "invalid_fields") redirect("/undelivered");
    throw refusal;
  }
}

function Failures({ items }: { items: MailFailure[] }) {
  return (
    <Table caption="Mails that could not be delivered" columns={["Mail", "For", "Why", "Given up", null]}>
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
          <RowActions>
            <Form action={retryMailFailure} success={`“${subject}” is on its way again.`} className="contents">
              <input type="hidden" name="id" value={id} />
              <SubmitButton tone="secondary" small busy="Sending…" aria-label={`Send again: ${subject} to ${username}`}>
                Send again
              </SubmitButton>
            </Form>
          </RowActions>
        </Row>
      ))}
    </Table>
  );
}

function Nothing() {
  return (
    <EmptyState icon={<MailCheck aria-hidden />} title="Everything was delivered">
      A mail that the mail server refuses for hours ends up here, with its reason.
    </EmptyState>
  );
}
