import { notFound } from "next/navigation";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { groupOptions, optionSearch } from "#components/lists/combobox/account-options.ts";
import { FallbackForm } from "#components/lists/combobox/fallback-form.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { env } from "#lib/env.ts";
import { isId } from "#lib/http/next/is-id.ts";
import { type PageQuery, pageCaller, read, signedIn } from "#lib/http/next/page.ts";
import { getApiUser } from "#lib/machines/api-users/get.ts";
import { portalPage } from "../../portal-page.tsx";
import { AddressesCard, GroupsCard, NamesCard } from "./cards.tsx";
import { FactsCard } from "./facts-card.tsx";
import { SecretsCard } from "./secrets-card.tsx";
import { DeleteCard, StatusCard } from "./status-card.tsx";

export const metadata = { title: "API user" };

type PageProps = { params: Promise<{ apiUserId: string }>; searchParams: PageQuery };

export default portalPage(ApiUserPage);

async function ApiUserPage({ params, searchParams }: PageProps) {
  const [{ apiUserId }, query] = [await params, await searchParams];
  if (!isId(apiUserId)) notFound();
  const account = actingIn(query);
  const [actor, user] = [await signedIn(), await read(getApiUser, { apiUserId, accountId: account })];
  const mayChange = canInAccount(actor, "update:api_user", account);
  const of = { user, account };
  return (
    <div className="grid gap-5">
      <PageHeader
        back={{ href: inAccount("/api-users", account), label: "API users" }}
        title={user.login}
        badge={!user.active && <Badge tone="warn">Inactive</Badge>}
        description={`${user.name} ${user.surname}`}
        actions={<Confirmed />}
      />
      {query.made !== undefined && (
        <Alert tone="good" live>
          The API user is made. Its program signs in with the secret you brought.
        </Alert>
      )}
      {user.groups.length === 0 && (
        <Alert tone="warn" title="In no group">
          It cannot sign in, and its tokens are refused, until it is in a group again.
        </Alert>
      )}
      <FactsCard
        {...of}
        mayExplain={canInAccount(actor, "list:role", account)}
        mayAudit={canInAccount(actor, "list:audit", account)}
      />
      {mayChange && (
        <>
          <FallbackForm action={`/api-users/${user.id}`} account={account} />
          <SecretsCard {...of} appUrl={env().APP_URL} />
          <GroupsCard {...of} offered={await groupOptions(actor, account, optionSearch(query, "groups"))} />
          <AddressesCard {...of} own={(await pageCaller()).address} />
          <NamesCard {...of} />
          <StatusCard {...of} />
        </>
      )}
      {canInAccount(actor, "delete:api_user", account) && <DeleteCard {...of} />}
    </div>
  );
}
