import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { groupOptions, optionSearch, roleOptions } from "#components/lists/combobox/account-options.ts";
import { FallbackForm } from "#components/lists/combobox/fallback-form.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import type { Actor } from "#lib/core/actor.ts";
import { env } from "#lib/env.ts";
import { plainWord } from "#lib/http/next/asked.ts";
import { type PageQuery, read, readList, signedIn } from "#lib/http/next/page.ts";
import { readUnlessSpent } from "#lib/http/next/unless-spent.ts";
import { listAccessKeys } from "#lib/machines/access-keys/list.ts";
import { getUser } from "#lib/people/users/get.ts";
import { readNotHeld } from "#lib/people/users/not-held.ts";
import { listTokensOf } from "#lib/people/users/tokens.ts";
import type { User } from "#lib/people/users/wire.ts";
import { listSessionsOf } from "#lib/sign-in/sessions/of-user.ts";
import { portalPage } from "../../portal-page.tsx";
import { UserStatusBadge } from "../user-status.tsx";
import { AccessKeysCard } from "./access-keys-card.tsx";
import { AuditCard } from "./audit-card.tsx";
import { FactsCard } from "./facts-card.tsx";
import { NotHeldNotice, type Open, openBy } from "./not-held.tsx";
import { PasswordCard } from "./password-card.tsx";
import { ProfileCard } from "./profile-card.tsx";
import { GroupsCard, RolesCard } from "./rights-card.tsx";
import { FactorsCard, SessionsCard } from "./sign-in-card.tsx";
import { DeleteCard, StatusCard } from "./status-card.tsx";
import { TokensCard } from "./tokens-card.tsx";
import { tokensPath } from "./tokens-path.ts";

export const metadata = { title: "User" };

type PageProps = { params: Promise<{ userId: string }>; searchParams: PageQuery };

export default portalPage(UserPage);

async function UserPage({ params, searchParams }: PageProps) {
  const [{ userId }, query] = [await params, await searchParams];
  const account = actingIn(query);
  const actor = await signedIn();
  const user = await read(getUser, { userId, accountId: account });
  const notHeld = await readUnlessSpent(readNotHeld, { userId, accountId: account });
  const open = openBy(notHeld);
  return (
    <>
      <PageHeader
        title={user.fullName}
        badge={<UserStatusBadge status={user.status} />}
        description={user.username}
        back={{ href: inAccount("/users", account), label: "Users" }}
        actions={
          user.id !== actor.id &&
          open.letIn &&
          canInAccount(actor, "impersonate:user", account) && (
            <ButtonLink href={inAccount(`/users/${user.id}/impersonate`, account)}>Act as them</ButtonLink>
          )
        }
      />
      <div className="grid gap-5">
        <News user={user} made={query.made !== undefined} own={user.id === actor.id} />
        <NotHeldNotice name={user.fullName} notHeld={notHeld} />
        <FallbackForm action={`/users/${user.id}`} account={account} />
        <Cards
          user={user}
          account={account}
          actor={actor}
          open={open}
          find={{ roles: optionSearch(query, "roles"), groups: optionSearch(query, "groups") }}
          cursor={plainWord(query.tokens).slice(0, 1000) || undefined}
        />
      </div>
    </>
  );
}

function News({ user, made, own }: { user: User; made: boolean; own: boolean }) {
  if (own) return <Alert>This is you: your profile, factors, sessions and tokens are changed on your own pages.</Alert>;
  if (user.locked)
    return (
      <Alert tone="warn" title="Locked">
        {user.lockedReason}
      </Alert>
    );
  if (!made) return null;
  return (
    <Alert tone="good" title={`${user.fullName} was made`} live>
      {user.status === "invited" && `An invitation is on its way to ${user.email}. It is good for 72 hours.`}
    </Alert>
  );
}

type CardsProps = {
  user: User & { factors: Parameters<typeof FactorsCard>[0]["factors"] };
  account?: string;
  actor: Actor;
  open: Open;
  /** What is looked for, to be given. */
  find: { roles: string; groups: string };
  /** From where on their tokens are shown. */
  cursor?: string;
};

async function Cards({ user, account, actor, open, find, cursor }: CardsProps) {
  const may = (permission: string) => canInAccount(actor, permission, account);
  const isOther = user.id !== actor.id;
  const mayChange = may("update:user") && isOther;
  const [{ items: sessions }, tokens, keys, roles, groups] = await Promise.all([
    read(listSessionsOf, { userId: user.id, accountId: account }),
    readList(listTokensOf, { userId: user.id, accountId: account, cursor }, tokensPath(user.id, account)),
    may("list:access_key") ? read(listAccessKeys, { userId: user.id, accountId: account }) : undefined,
    isOther && open.letIn && may("grant:role") ? roleOptions(actor, account, find.roles) : undefined,
    isOther && open.letIn && may("update:group") ? groupOptions(actor, account, find.groups) : undefined,
  ]);
  return (
    <>
      <FactsCard user={user} account={account} mayExplain={may("list:role")} />
      <ProfileCard user={user} account={account} mayChange={mayChange && open.change} mayMove={open.letIn} />
      {mayChange && <StatusCard user={user} account={account} open={open} />}
      {mayChange && open.change && !user.notificationsOnly && (
        <PasswordCard user={user} account={account} appUrl={env().APP_URL} mayLetIn={open.letIn} />
      )}
      <RolesCard
        user={user}
        account={account}
        offered={roles}
        mayRevoke={isOther && open.change && may("revoke:role")}
      />
      <GroupsCard
        user={user}
        account={account}
        offered={groups}
        mayChange={isOther && open.change && may("update:group")}
      />
      <FactorsCard user={user} account={account} mayChange={mayChange && open.letIn} factors={user.factors} />
      <SessionsCard user={user} account={account} mayChange={mayChange && open.stop} sessions={sessions} />
      <TokensCard
        user={user}
        account={account}
        tokens={tokens.items}
        cursor={cursor}
        nextCursor={tokens.nextCursor}
        mayChange={mayChange && open.change}
        mayExplain={may("list:role")}
      />
      {keys && (
        <AccessKeysCard
          user={user}
          account={account}
          keys={keys.items}
          allowed={keys.allowed}
          may={{
            make: may("create:access_key") && open.letIn && !user.notificationsOnly,
            rename: may("update:access_key") && open.change,
            remove: may("delete:access_key") && open.change,
          }}
          appUrl={env().APP_URL}
        />
      )}
      {may("list:audit") && <AuditCard userId={user.id} account={account} />}
      {isOther && open.change && may("delete:user") && (
        <DeleteCard user={user} account={account} sessions={sessions.length} />
      )}
    </>
  );
}
