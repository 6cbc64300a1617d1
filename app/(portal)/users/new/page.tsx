import { forbidden } from "next/navigation";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { groupOptions, optionSearch, roleOptions } from "#components/lists/combobox/account-options.ts";
import { FallbackForm } from "#components/lists/combobox/fallback-form.tsx";
import { noOptions } from "#components/lists/combobox/options.ts";
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
  if (!canInAccount(actor, "create:user", account)) forbidden();
  const [roles, groups] = await Promise.all([
    canInAccount(actor, "grant:role", account) ? roleOptions(actor, account, optionSearch(query, "roles")) : noOptions,
    canInAccount(actor, "update:group", account)
      ? groupOptions(actor, account, optionSearch(query, "groups"))
      : noOptions,
  ]);
  return (
    <div className="max-w-2xl">
      <PageHeader
        title="Invite somebody"
        description="Make a user of the account, who then signs in with what you give them."
        back={{ href: inAccount("/users", account), label: "Users" }}
      />
      <FallbackForm action="/users/new" account={account} />
      <NewUserForm account={account} roles={roles} groups={groups} appUrl={env().APP_URL} />
    </div>
  );
}
