import { forbidden } from "next/navigation";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { mayHere } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { findIn, groupsHere, rolesHere } from "#components/lists/combobox/account-options.ts";
import { FindForm } from "#components/lists/combobox/fallback-form.tsx";
import { noChoices } from "#components/lists/combobox/options.ts";
import { env } from "#lib/env.ts";
import { type PageQuery, signedIn } from "#lib/http/next/page.ts";
import { portalPage } from "../../portal-page.tsx";
import { NewUserForm } from "./new-user-form.tsx";

export const metadata = { title: "Invite somebody" };

export default portalPage(NewUserPage);

async function NewUserPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const account = actingIn(query);
  const actor = await signedIn();
  if (!mayHere(actor, "create:user", account)) forbidden();
  const [roles, groups] = await Promise.all([
    mayHere(actor, "grant:role", account) ? rolesHere(actor, account, findIn(query, "roles")) : noChoices,
    mayHere(actor, "update:group", account) ? groupsHere(actor, account, findIn(query, "groups")) : noChoices,
  ]);
  return (
    <div className="max-w-2xl">
      <PageHeader
        title="Invite somebody"
        description="Make a user of the account, who then signs in with what you give them."
        back={{ href: inAccount("/users", account), label: "Users" }}
      />
      <FindForm action="/users/new" account={account} />
      <NewUserForm account={account} roles={roles} groups={groups} appUrl={env().APP_URL} />
    </div>
  );
}
