import { forbidden } from "next/navigation";
import { actingIn, inAccount } from "#components/acting-account.ts";
import { PageHeader } from "#components/page-header.tsx";
import { type PageQuery, signedIn } from "#lib/doors/page.ts";
import { env } from "#lib/env.ts";
import { groupsHere, noChoices, rolesHere } from "../choices.ts";
import { mayHere } from "../here.ts";
import { NewUserForm } from "./new-user-form.tsx";

export const metadata = { title: "Invite somebody" };

export default async function NewUserPage({ searchParams }: { searchParams: PageQuery }) {
  const account = actingIn(await searchParams);
  const actor = await signedIn();
  if (!mayHere(actor, "create:user", account)) forbidden();
  const [roles, groups] = await Promise.all([
    mayHere(actor, "grant:role", account) ? rolesHere(actor, account) : noChoices,
    mayHere(actor, "update:group", account) ? groupsHere(actor, account) : noChoices,
  ]);
  return (
    <div className="max-w-2xl">
      <PageHeader
        title="Invite somebody"
        description="Make a user of the account, who then signs in with what you give them."
        back={{ href: inAccount("/users", account), label: "Users" }}
      />
      <NewUserForm account={account} roles={roles} groups={groups} appUrl={env().APP_URL} />
    </div>
  );
}
