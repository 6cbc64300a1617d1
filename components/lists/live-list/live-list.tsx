"use client";

import { keepPreviousData, QueryClient, QueryClientProvider, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLayoutEffect, useState } from "react";
import { fetchList, type NoAnswer } from "./fetch-list.ts";
import { type FirstPage, fresh, type ListPage, type LiveAnswer, pause } from "./refreshing.ts";

type LiveProps<Page extends ListPage> = {
  /** The list as the API calls it: "/me/tokens". */
  list: string;
  query: string;
  first: FirstPage<Page>;
  tell: (answer: LiveAnswer<Page>) => void;
};

const refreshes = 20;

/**
 * Keeps what a query asks of a list up to date while it is looked at, and tells what it has. It shows nothing, so that
 * it can join a list that stands already.
 */
export function LiveList<Page extends ListPage>(props: LiveProps<Page>) {
  const [client] = useState(() => new QueryClient());
  return (
    <QueryClientProvider client={client}>
      <Follow {...props} />
    </QueryClientProvider>
  );
}

function Follow<Page extends ListPage>({ list, query, first, tell }: LiveProps<Page>) {
  const client = useQueryClient();
  const { data, error, isPlaceholderData, dataUpdatedAt } = useFollowed(list, query, first);
  // Told before the browser paints: the list never shows for a moment what is out of date.
  useLayoutEffect(() => {
    const refresh = () => client.invalidateQueries({ queryKey: [list] });
    tell({ query, page: data, error, isBusy: isPlaceholderData, since: dataUpdatedAt, refresh });
  }, [client, list, query, data, error, isPlaceholderData, dataUpdatedAt, tell]);
  return null;
}

/** An unattended page falls silent after ten minutes, or it would keep its session alive for ever. */
function useFollowed<Page extends ListPage>(list: string, query: string, first: FirstPage<Page>) {
  const isFirst = first.query === query;
  return useQuery<ListPage, NoAnswer, Page>({
    queryKey: [list, query],
    queryFn: ({ signal }) => fetchList<Page>(list, query, signal),
    initialData: isFirst ? first.page : undefined,
    initialDataUpdatedAt: isFirst ? first.at : undefined,
    placeholderData: keepPreviousData,
    staleTime: fresh,
    retry: (failures, error) => !error.signedOut && failures < 2,
    refetchInterval: ({ state }) => (state.dataUpdateCount < refreshes ? pause : false),
  });
}
