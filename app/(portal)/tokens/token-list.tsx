"use client";

import { useSearchParams } from "next/navigation";
import { lazy, Suspense } from "react";
import { NotRefreshed } from "#components/lists/live-list/not-refreshed.tsx";
import type { FirstPage } from "#components/lists/live-list/refreshing.ts";
import { useLiveList } from "#components/lists/live-list/use-live-list.ts";
import { Pager } from "#components/lists/pager.tsx";
import type { Elements } from "#components/ui/elements.ts";
import { Tab, Tabs } from "#components/ui/tabs.tsx";
import type { TokenPage } from "#lib/tokens/list.ts";
import { type Filter, isFiltered, listPath, queryOf, readFilter } from "./filter.ts";
import { TokenTable } from "./token-table.tsx";
import { Toolbar } from "./toolbar.tsx";

type ListProps = {
  first: FirstPage<TokenPage>;
  /** What the server made to stand where the first page has no token. */
  nothing: Elements;
  /** What can be done with those that are chosen; made there, too. */
  selectionBar: Elements;
};

/** The list as the server made it, then searched, sorted and refreshed without leaving the page. */
export function TokenList({ first, nothing, selectionBar }: ListProps) {
  const filter = readFilter(useSearchParams());
  const query = queryOf(filter);
  const { page, error, isBusy, since, Live, tell, prepare, refresh, again } = useLiveList(query, first);
  const isEmpty = page?.items.length === 0 && !isFiltered(filter) && !filter.cursor;
  const isFirst = first.query === query;
  return (
    <>
      <StateTabs filter={filter} />
      {!isEmpty && <Toolbar filter={filter} show={show} onFocus={prepare} />}
      <p role="status" className="hint mt-4 mb-2">
        {page && !isEmpty && countOf(page)}
      </p>
      {error && <NotRefreshed signedOut={error.signedOut} since={since} again={again} />}
      <div aria-busy={isBusy}>
        {page && <Tokens {...{ page, filter, selectionBar }} nothing={isFirst && nothing} onChanged={refresh} />}
      </div>
      <Pager
        cursor={filter.cursor}
        next={page?.nextCursor ?? null}
        pathOf={(cursor = "") => listPath({ ...filter, cursor })}
      />
      {Live && <Live list="/me/tokens" query={query} first={first} tell={tell} />}
    </>
  );
}

type TokensProps = { page: TokenPage; filter: Filter; onChanged?: () => void } & Omit<ListProps, "first">;

function Tokens({ page: { items }, filter, nothing, selectionBar, onChanged }: TokensProps) {
  return (
    <div className="group/list">
      {filter.state === "active" && items.length > 0 && selectionBar}
      <div className="card">
        {items.length === 0 && (nothing || <NothingNow filter={filter} />)}
        {items.length > 0 && <TokenTable state={filter.state} tokens={items} onChanged={onChanged} />}
      </div>
    </div>
  );
}

// Fetched when a search first finds nothing.
const NoMatch = lazy(() => import("./no-match.tsx").then((module) => ({ default: module.NoMatch })));

// Without a search, they went while one looked; loaded anew, the page says more.
function NothingNow({ filter }: { filter: Filter }) {
  if (!isFiltered(filter)) return <p className="p-6 text-center text-muted">There is none any more.</p>;
  return (
    <Suspense>
      <NoMatch filter={filter} show={show} />
    </Suspense>
  );
}

function StateTabs({ filter: { search, sort, state } }: { filter: Filter }) {
  return (
    <div className="mb-5">
      <Tabs label="Which tokens">
        <Tab href={listPath({ search, sort })} current={state === "active"}>
          Active
        </Tab>
        <Tab href={listPath({ search, sort, state: "inactive" })} current={state === "inactive"}>
          Inactive
        </Tab>
      </Tabs>
    </div>
  );
}

// The address follows without asking the server for another page.
const show = (filter: Filter) => history.replaceState(null, "", listPath({ ...filter, cursor: "" }));

function countOf({ items, nextCursor }: TokenPage) {
  const count = items.length;
  if (nextCursor) return `${count} tokens, and more on the next page`;
  return `${count || "No"} ${count === 1 ? "token" : "tokens"}`;
}
