"use client";

import { QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Tab, Tabs } from "#components/ui/tabs.tsx";
import type { TokenPage } from "#lib/tokens/list.ts";
import { ChosenBar } from "./choose.tsx";
import { type Filter, isNarrowed, listPath, queryOf, readFilter } from "./filter.ts";
import { NotRefreshed } from "./not-refreshed.tsx";
import { Pages } from "./pages.tsx";
import { TokenTable } from "./token-table.tsx";
import { Toolbar } from "./toolbar.tsx";
import { type FirstPage, useTokens } from "./use-tokens.ts";

type ListProps = {
  first: FirstPage;
  /** What the server made to stand where the first page has no token. */
  nothing: ReactNode;
};

/** The list as the server made it, then searched, sorted and refreshed without leaving the page. */
export function TokenList(props: ListProps) {
  const [client] = useState(() => new QueryClient());
  return (
    <QueryClientProvider client={client}>
      <LiveList {...props} />
    </QueryClientProvider>
  );
}

function LiveList({ first, nothing }: ListProps) {
  const filter = readFilter(useSearchParams());
  const { data, error, isPlaceholderData, dataUpdatedAt, refetch } = useTokens(queryOf(filter), first);
  const isEmpty = data?.items.length === 0 && !isNarrowed(filter) && !filter.cursor;
  const isFirst = first.query === queryOf(filter);
  return (
    <>
      <StateTabs filter={filter} />
      {!isEmpty && <Toolbar filter={filter} show={show} />}
      <p role="status" className="hint mt-4 mb-2">
        {data && !isEmpty && countOf(data)}
      </p>
      {error && <NotRefreshed error={error} since={dataUpdatedAt} again={() => refetch()} />}
      <div aria-busy={isPlaceholderData}>
        {data && <Tokens page={data} filter={filter} nothing={isFirst && nothing} />}
      </div>
      <Pages filter={filter} next={data?.nextCursor ?? null} />
    </>
  );
}

type TokensProps = { page: TokenPage; filter: Filter; nothing: ReactNode };

function Tokens({ page: { items }, filter, nothing }: TokensProps) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: ["tokens"] });
  return (
    <div className="group/list">
      {filter.state === "active" && items.length > 0 && <ChosenBar />}
      <div className="card">
        {items.length === 0 && (nothing || <NothingNow filter={filter} />)}
        {items.length > 0 && <TokenTable state={filter.state} tokens={items} onChanged={refresh} />}
      </div>
    </div>
  );
}

// Fetched when a search first finds nothing.
const NoMatch = lazy(() => import("./no-match.tsx").then((module) => ({ default: module.NoMatch })));

// Without a search, they went while one looked; loaded anew, the page says more.
function NothingNow({ filter }: { filter: Filter }) {
  if (!isNarrowed(filter)) return <p className="p-6 text-center text-muted">There is none any more.</p>;
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
