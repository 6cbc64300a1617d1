import { forbidden } from "next/navigation";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { groupOptions, optionSearch } from "#components/lists/combobox/account-options.ts";
import { FallbackForm } from "#components/lists/combobox/fallback-form.tsx";
import { noOptions } from "#components/lists/combobox/options.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Link } from "#components/ui/link.tsx";
import { Refusal } from "#lib/core/errors.ts";
import { type PageQuery, read, signedIn } from "#lib/http/next/page.ts";
import { getUser } from "#lib/people/users/get.ts";
import { portalPage } from "../../portal-page.tsx";
import { BulkForm, type Chosen } from "./bulk-form.tsx";
import { type BulkRequest, bulkRequestOf } from "./bulk-request.ts";
import { wayOf } from "./ways.ts";

export const metadata = { title: "Several users" };

/** Asks once more before something is done to those who were ticked in the list, where no script asks there. */
export default portalPage(BulkPage);

async function BulkPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const account = actingIn(query);
  const actor = await signedIn();
  if (!canInAccount(actor, "update:user", account)) forbidden();
  const asked = bulkRequestOf(query);
  const people = asked ? await peopleOf(asked.userIds, account) : [];
  const header = { back: { href: inAccount("/users", account), label: "Users" }, actions: <Confirmed /> };
  if (!asked || !people.length)
    return (
      <>
        <PageHeader title="Several users" {...header} />
        <Alert title="Nobody is chosen">
          Tick people in the <Link href={inAccount("/users", account)}>list of users</Link>, and choose what to do.
        </Alert>
      </>
    );
  const way = wayOf(asked.action);
  const who = people.length === 1 ? "1 person" : `${people.length} people`;
  return (
    <div className="max-w-2xl">
      <PageHeader title={way.question(who)} description={way.meaning} {...header} />
      <FallbackForm action="/users/bulk" account={account} fields={entriesOf(asked)} />
      <BulkForm
        account={account}
        action={asked.action}
        people={people}
        groups={way.group ? await groupOptions(actor, account, optionSearch(query, "groups")) : noOptions}
      />
    </div>
  );
}

/** What the address says, as fields of a form. */
const entriesOf = ({ action, userIds }: BulkRequest): [string, string][] => [
  ["action", action],
  ...userIds.map((id): [string, string] => ["userIds", id]),
];

/** Those of them who are there. */
async function peopleOf(userIds: string[], accountId: string | undefined): Promise<Chosen[]> {
  const found = await Promise.all(userIds.map((userId) => personOf(userId, accountId)));
  return found.filter((person) => person !== null);
}

async function personOf(userId: string, accountId: string | undefined): Promise<Chosen | null> {
  try {
    const { id, fullName, username } = await read(getUser, { userId, accountId });
    return { id, fullName, username };
  } catch (refusal) {
    if (refusal instanceof Refusal && refusal.code === "not_found") return null;
    throw refusal;
  }
}
