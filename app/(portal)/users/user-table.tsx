import { ShieldCheck, ShieldOff } from "lucide-react";
import type { ReactNode } from "react";
import { inAccount } from "#components/layout/acting-account.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { ListedUser } from "#lib/people/users/list.ts";
import { bulkForm } from "./plain-bulk.tsx";
import { UserStatusBadge } from "./user-status.tsx";

type TableProps = { items: ListedUser[]; account?: string; ownId: string };

/** The people of the list. A tick box before each name chooses them for what is done to several at once. */
export function UserTable({ items, account, ownId }: TableProps) {
  return (
    <Table caption="People" columns={[<ChooseAll key="all" />, "Roles", "Two-factor", "Last signed in", "Status"]}>
      {items.map((user) => (
        <Row key={user.id}>
          <RowHead>
            <Person user={user} account={account} own={user.id === ownId} />
          </RowHead>
          <Cell label="Roles">
            <Roles roles={user.roles} />
          </Cell>
          <Cell label="Two-factor">
            <TwoFactor on={user.mfa} />
          </Cell>
          <Cell label="Last signed in">
            <LastSignIn user={user} />
          </Cell>
          <Cell label="Status">
            <span title={user.lockedReason ?? undefined}>
              <UserStatusBadge status={user.status} />
            </span>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function ChooseAll() {
  return (
    <span className="flex items-center gap-3">
      <input
        type="checkbox"
        data-bulk="all"
        aria-label="Choose everybody on this page"
        autoComplete="off"
        className="needs-script tick mt-0"
      />
      Person
    </span>
  );
}

function Person({ user, account, own }: { user: ListedUser; account?: string; own: boolean }) {
  return (
    <div className="flex items-center gap-3 @4xl:min-w-52">
      <input
        type="checkbox"
        data-bulk="one"
        data-name={user.fullName}
        form={bulkForm}
        name="userIds"
        value={user.id}
        aria-label={`Choose ${user.fullName}`}
        autoComplete="off"
        className="tick mt-0"
      />
      <Avatar name={user.fullName} pictureUrl={null} />
      <div className="min-w-0">
        <Link
          href={inAccount(`/users/${user.id}`, account)}
          className="font-medium text-text no-underline hover:underline wrap-anywhere"
        >
          {user.fullName}
        </Link>
        {own && <span className="ml-2 text-xs text-muted">You</span>}
        <p className="text-[0.8125rem] leading-5 text-muted @4xl:max-w-64">
          <span className="block truncate" title={user.email}>
            {user.email}
          </span>
          {user.username !== user.email && (
            <span className="block truncate" title={user.username}>
              {user.username}
            </span>
          )}
        </p>
      </div>
    </div>
  );
}

const shownRoles = 2;

function Roles({ roles }: { roles: ListedUser["roles"] }): ReactNode {
  if (roles.length === 0) return <span className="text-muted">None</span>;
  const more = roles.slice(shownRoles).map(({ name }) => name);
  return (
    <span className="flex flex-wrap gap-1">
      {roles.slice(0, shownRoles).map(({ id, name }) => (
        <Badge key={id}>{name}</Badge>
      ))}
      {more.length > 0 && (
        <Badge title={more.join(", ")}>
          +{more.length}
          <span className="sr-only"> more: {more.join(", ")}</span>
        </Badge>
      )}
    </span>
  );
}

function TwoFactor({ on }: { on: boolean }) {
  const Icon = on ? ShieldCheck : ShieldOff;
  return (
    <span className={`flex items-center gap-1.5 ${on ? "" : "text-muted"}`}>
      <Icon aria-hidden className="size-4 shrink-0" />
      {on ? "On" : "Off"}
    </span>
  );
}

function LastSignIn({ user: { lastSignInAt, invitedAt } }: { user: ListedUser }) {
  if (lastSignInAt) return <Time iso={lastSignInAt} as="relative" />;
  if (!invitedAt) return <span className="text-muted">Never</span>;
  return (
    <span className="text-muted">
      Never · invited <Time iso={invitedAt} as="relative" />
    </span>
  );
}
