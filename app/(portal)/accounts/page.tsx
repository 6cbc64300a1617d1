import { Building2, Plus, SearchX } from "lucide-react";
import { actingIn } from "#components/layout/acting-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { Pager } from "#components/lists/pager.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { listAccounts } from "#lib/accounts/list.ts";
import { may } from "#lib/core/actor.ts";
import { type PageQuery, readList, signedIn } from "#lib/http/next/page.ts";
import { portalPage } from "../portal-page.tsx";
import { AccountTable } from "./account-table.tsx";
import { accountsPath, type Filter, isFiltered, readFilter } from "./filter.ts";
import { FilterForm } from "./filter-form.tsx";

export const metadata = { title: "Accounts" };

export default portalPage(AccountsPage);

async function AccountsPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const filter = { ...readFilter(query), account: actingIn(query) };
  const cursor = typeof query.cursor === "string" ? query.cursor : undefined;
  const actor = await signedIn();
  const { account, ...filtered } = filter;
  const asked = { ...filtered, accountId: account, cursor };
  const { items, nextCursor } = await readList(listAccounts, asked, accountsPath(filter));
  return (
    <>
      <PageHeader
        title="Accounts"
        description="The account, and those it has to do with: which it manages, which manage it."
        actions={
          may(actor, "create:account") && (
            <ButtonLink href="/accounts/new" tone="primary" data-shortcut="n">
              <Plus aria-hidden /> New account
            </ButtonLink>
          )
        }
      />
      <FilterForm filter={filter} />
      <p role="status" className="hint mt-4 mb-2">
        {countOf(items.length, nextCursor !== null)}
      </p>
      <div className="card">
        {items.length > 0 ? <AccountTable items={items} own={actor.accountId} /> : <Nothing filter={filter} />}
      </div>
      <Pager cursor={cursor} next={nextCursor} pathOf={(cursor) => accountsPath({ ...filter, cursor })} />
    </>
  );
}

function countOf(count: number, more: boolean) {
  if (more) return `${count} accounts, and more on the next page`;
  return `${count || "No"} ${count === 1 ? "account" : "accounts"}`;
}

function Nothing({ filter }: { filter: Filter }) {
  if (!isFiltered(filter))
    return (
      <EmptyState icon={<Building2 aria-hidden />} title="No account is open to you">
        Ask an administrator for a role that lets you see the account.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="No account matches"
      actions={<ButtonLink href={accountsPath({ account: filter.account })}>Show all</ButtonLink>}
    >
      {filter.search ? (
        <span>
          You asked for “<span className="wrap-anywhere text-text">{filter.search}</span>”.
        </span>
      ) : (
        "Nothing here stands as you asked."
      )}
    </EmptyState>
  );
}
