"use client";

import { keepPreviousData, QueryClient, QueryClientProvider, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLayoutEffect, useState } from "react";
import type { TokenPage } from "#lib/tokens/list.ts";
import { fetchTokens, type NoAnswer } from "./fetch-tokens.ts";
import { type Answer, type FirstPage, fresh, pause } from "./refreshing.ts";

type LiveProps = { query: string; first: FirstPage; tell: (answer: Answer) => void };

const refreshes = 20;

/**
 * Keeps the tokens that a query asks for up to date while they are looked at, and tells what it has. It shows nothing,
 * so that it can join a list that stands already.
 */
export function LiveTokens(props: LiveProps) {
  const [client] = useState(() => new QueryClient());
  return (
    <QueryClientProvider client={client}>
      <Follow {...props} />
    </QueryClientProvider>
  );
}

function Follow({ query, first, tell }: LiveProps) {
  const client = useQueryClient();
  const { data, error, isPlaceholderData, dataUpdatedAt } = useFollowed(query, first);
  // Told before the browser paints: the list never shows for a moment what is out of date.
  useLayoutEffect(() => {
    const refresh = () => client.invalidateQueries({ queryKey: ["tokens"] });
    tell({ query, page: data, error, isBusy: isPlaceholderData, since: dataUpdatedAt, refresh });
  }, [client, query, data, error, isPlaceholderData, dataUpdatedAt, tell]);
  return null;
}

/** An unattended page falls silent after ten minutes, or it would keep its session alive for ever. */
function useFollowed(query: string, first: FirstPage) {
  const isFirst = first.query === query;
  return useQuery<TokenPage, NoAnswer>({
    queryKey: ["tokens", query],
    queryFn: ({ signal }) => fetchTokens(query, signal),
    initialData: isFirst ? first.page : undefined,
    initialDataUpdatedAt: isFirst ? first.at : undefined,
    placeholderData: keepPreviousData,
    staleTime: fresh,
    retry: (failures, error) => !error.signedOut && failures < 2,
    refetchInterval: ({ state }) => (state.dataUpdateCount < refreshes ? pause : false),
  });
}
