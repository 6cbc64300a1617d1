import { FileUp, Plus } from "lucide-react";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { groupOptions, optionSearch, roleOptions } from "#components/lists/combobox/account-options.ts";
import { hasOptions, noOptions } from "#components/lists/combobox/options.ts";
import { Pager } from "#components/lists/pager.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { type PageQuery, readList, signedIn } from "#lib/http/next/page.ts";
import { listUsers } from "#lib/people/users/list.ts";
import { portalPage } from "../portal-page.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { Count } from "./count.tsx";
import { type Filter, isFiltered, listInput, orderOf, readFilter, usersPath } from "./filter.ts";
import { FilterForm } from "./filter-form.tsx";
import { NoUsers } from "./no-users.tsx";
import { PlainBulk } from "./plain-bulk.tsx";
import { UserTable } from "./user-table.tsx";

export const metadata = { title: "Users" };

const perPage = 25;

export default portalPage(UsersPage);

async function UsersPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const filter: Filter = { ...readFilter(query), account: actingIn(query) };
  const actor = await signedIn();
  const { cursor, account, ...first } = filter;
  const [{ items, nextCursor }, roles, groups, joinable] = await Promise.all([
    readPeople(filter),
    roleOptions(actor, account, optionSearch(query, "roles")),
    groupOptions(actor, account, optionSearch(query, "groups")),
    canInAccount(actor, "update:group", account) ? groupOptions(actor, account) : noOptions,
  ]);
  return (
    <>
      <PageHeader
        title="Users"
        description="The people of the account: who they are, what they may do, and whether they can sign in."
        actions={canInAccount(actor, "create:user", account) && <Making account={account} />}
      />
      <FilterForm filter={{ ...first, account }} roles={roles} groups={groups} />
      <Count filter={filter} shown={items.length} isAll={!nextCursor && !cursor} />
      {canInAccount(actor, "update:user", account) && (
        <>
          <noscript>
            <PlainBulk account={account} groups={hasOptions(joinable)} />
          </noscript>
          <BulkBar
            key={usersPath(filter)}
            account={account}
            groups={joinable}
            everybody={nextCursor || cursor ? apiQuery(filter) : undefined}
          />
        </>
      )}
      <div className="card">
        {items.length > 0 ? (
          <UserTable items={items} account={account} ownId={actor.id} />
        ) : (
          <NoUsers filter={filter} />
        )}
      </div>
      {items.length > 0 && <Export filter={filter} />}
      <Pager cursor={cursor} next={nextCursor} pathOf={(cursor) => usersPath({ ...first, account, cursor })} />
    </>
  );
}

/** The people who match as a file: a plain link, since it is written while it is downloaded, however long it is. */
function Export({ filter: { cursor: _, ...filter } }: { filter: Filter }) {
  return (
    <p className="hint mt-4">
      <a href={usersPath(filter).replace("/users", "/users/export")} className="text-link">
        Download {isFiltered(filter) ? "who matches" : "everybody"} as CSV
      </a>
    </p>
  );
}

function Making({ account }: { account?: string }) {
  return (
    <>
      <ButtonLink href={inAccount("/users/import", account)}>
        <FileUp aria-hidden /> Import
      </ButtonLink>
      <ButtonLink href={inAccount("/users/new", account)} tone="primary" data-shortcut="n">
        <Plus aria-hidden /> Invite
      </ButtonLink>
    </>
  );
}

function readPeople({ cursor, ...first }: Filter) {
  const asked = { ...listInput(first), ...orderOf(first), limit: perPage, cursor };
  return readList(listUsers, asked, usersPath(first));
}

/** The same people in the words of the API, without a page of their own. */
function apiQuery({ cursor: _, ...filter }: Filter): string {
  const asked = Object.entries(listInput(filter)).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return new URLSearchParams(asked).toString();
}
