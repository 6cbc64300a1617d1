"use client";

import { useCallback, useEffect, useState } from "react";
import { type FirstPage, fresh, type ListPage, type LiveAnswer, pause, type Shown } from "./refreshing.ts";

/**
 * What a query asks of a list. The server made the first page; what fetches others and keeps them up to date weighs
 * more than the list itself, and is loaded when another page is asked for, when the first is old, or ahead by
 * `prepare`.
 */
export function useLiveList<Page extends ListPage>(query: string, first: FirstPage<Page>) {
  const [told, tell] = useState<LiveAnswer<Page>>();
  const { live, isMissing, loadLive } = useLive(first.at);

  const isAnother = first.query !== query;
  useEffect(() => {
    if (isAnother) loadLive();
  }, [isAnother, loadLive]);

  return {
    ...shown(query, first, told, isMissing),
    Live: live?.LiveList,
    tell,
    prepare: loadLive,
    // As long as the list is the server's own, an action brings it along anew.
    refresh: told?.refresh,
    // After an upgrade, what this page would load is gone; the address says what to show.
    again: told?.refresh ?? (() => location.reload()),
  };
}

const unreachable = { signedOut: false };

function shown<Page extends ListPage>(
  query: string,
  first: FirstPage<Page>,
  told: LiveAnswer<Page> | undefined,
  isMissing: boolean,
): Shown<Page> {
  const error = isMissing ? unreachable : null;
  if (told?.query === query && (told.page || told.error)) return told;
  if (first.query === query) return { page: first.page, error, isBusy: false, since: first.at };
  if (error) return { page: undefined, error, isBusy: false, since: 0 };
  return { page: told?.page ?? first.page, error, isBusy: true, since: 0 };
}

/**
 * What keeps the list up to date, once it is loaded; missing when it could not be. Tried anew as often as it would
 * refresh.
 */
function useLive(at: number) {
  const [live, setLive] = useState<typeof import("./live-list.tsx")>();
  const [isMissing, setMissing] = useState(false);

  const loadLive = useCallback(async () => {
    try {
      setLive(await import("./live-list.tsx"));
      setMissing(false);
    } catch {
      setMissing(true);
    }
  }, []);

  useEffect(() => {
    if (live) return;
    const isLookedAt = () => document.visibilityState === "visible";
    const look = () => isLookedAt() && Date.now() - at > fresh && loadLive();
    // By the timer alone, because clocks differ: the page's age is by the server's.
    const timer = setInterval(() => isLookedAt() && loadLive(), pause);
    document.addEventListener("visibilitychange", look);
    look();
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [live, at, loadLive]);

  return { live, isMissing, loadLive };
}
