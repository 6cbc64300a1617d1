import { forbidden } from "next/navigation";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { groupOptions, optionSearch } from "#components/lists/combobox/account-options.ts";
import { FallbackForm } from "#components/lists/combobox/fallback-form.tsx";
import { hasOptions } from "#components/lists/combobox/options.ts";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { env } from "#lib/env.ts";
import { type PageQuery, pageCaller, signedIn } from "#lib/http/next/page.ts";
import { portalPage } from "../../portal-page.tsx";
import { NewApiUserForm } from "./new-api-user-form.tsx";

export const metadata = { title: "New API user" };

export default portalPage(NewApiUserPage);

async function NewApiUserPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const account = actingIn(query);
  const actor = await signedIn();
  if (!canInAccount(actor, "create:api_user", account)) forbidden();
  const [groups, { address }] = [await groupOptions(actor, account, optionSearch(query, "groups")), await pageCaller()];
  return (
    <div className="max-w-2xl">
      <PageHeader
        back={{ href: inAccount("/api-users", account), label: "API users" }}
        title="New API user"
        description="A program that signs in by itself. Its secret is shown to you once."
        actions={<Confirmed />}
      />
      <FallbackForm action="/api-users/new" account={account} />
      {!hasOptions(groups) ? (
        <NoGroups account={account} />
      ) : (
        <NewApiUserForm account={account} groups={groups} address={address} appUrl={env().APP_URL} />
      )}
    </div>
  );
}

const NoGroups = ({ account }: { account?: string }) => (
  <div className="card">
    <EmptyState
      title="There is no group yet"
      actions={
        <ButtonLink href={inAccount("/groups/new", account)} tone="primary">
          Make a group
        </ButtonLink>
      }
    >
      An API user has its rights from the roles of its groups, so there has to be one first.
    </EmptyState>
  </div>
);
