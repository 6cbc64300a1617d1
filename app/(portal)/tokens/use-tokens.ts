"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { TokenPage } from "#lib/tokens/list.ts";
import { fetchTokens, type NoAnswer } from "./fetch-tokens.ts";

/** The list as the server rendered it: for which query, and when (milliseconds since 1970). */
export type FirstPage = { query: string; page: TokenPage; at: number };

const pause = 30_000;
const refreshes = 20;

/**
 * The tokens that a query asks for, kept up to date while they are looked at. An unattended page falls silent after
 * ten minutes, or it would keep its session alive for ever.
 */
export function useTokens(query: string, first: FirstPage) {
  const isFirst = first.query === query;
  return useQuery<TokenPage, NoAnswer>({
    queryKey: ["tokens", query],
    queryFn: ({ signal }) => fetchTokens(query, signal),
    initialData: isFirst ? first.page : undefined,
    initialDataUpdatedAt: isFirst ? first.at : undefined,
    placeholderData: keepPreviousData,
    staleTime: pause / 3,
    retry: (failures, error) => !error.signedOut && failures < 2,
    refetchInterval: ({ state }) => (state.dataUpdateCount < refreshes ? pause : false),
  });
}
