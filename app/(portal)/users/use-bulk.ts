"use client";

import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useStepUp } from "#components/forms/step-up/context.ts";
import type { Problem } from "#lib/http/next/action.ts";
import type { BulkAction } from "#lib/people/users/bulk.ts";
import type { UserPage } from "#lib/people/users/list.ts";
import { changeManyUsers } from "./actions.ts";
import { type Progress, runInChunks } from "./run.ts";

/** Somebody who is chosen. */
export type Chosen = { id: string; fullName: string };

/** How one person fared. */
export type BulkResult = { userId: string; done: boolean; message: string | null };

type Start = { action: BulkAction; fields: Record<string, string>; chosen: Chosen[]; everybody?: string };

/** How many are gathered at most when all who match are chosen. */
export const maxBulkUsers = 10_000;

const warning = "This is still under way and stops when you leave. Leave all the same?";

/** Does one thing to several people, and keeps where it stands until it is closed. */
export function useBulk(account: string | undefined) {
  const [progress, setProgress] = useState<Progress<BulkResult> | null>(null);
  const [names, setNames] = useState(new Map<string, string>());
  const stopped = useRef(false);
  const ask = useStepUp();
  const router = useRouter();
  const [running, setRunning] = useState(false);
  useLeaveWarning(running, () => {
    stopped.current = true;
  });

  async function start(what: Start) {
    setRunning(true);
    try {
      await run(what);
    } finally {
      setRunning(false);
    }
  }

  async function run({ action, fields, chosen, everybody }: Start) {
    stopped.current = false;
    const here: Record<string, string> = account ? { accountId: account } : {};
    const people = everybody === undefined ? chosen : await gather(everybody);
    setNames(new Map(people.map(({ id, fullName }) => [id, fullName])));
    const end = await runInChunks({
      items: people.map(({ id }) => id),
      chunk: 25,
      send: (some) => changeManyUsers({ status: "idle" }, formOf(some, { action, ...fields, ...here })),
      prove: (problem: Problem) => new Promise<void>((go) => ask(problem, go)),
      tell: setProgress,
      isStopped: () => stopped.current,
    });
    setProgress({ ...end, capped: everybody !== undefined && people.length >= maxBulkUsers });
    router.refresh();
  }

  /** All who match, page by page. */
  async function gather(query: string): Promise<Chosen[]> {
    const all: Chosen[] = [];
    let cursor: string | null = "";
    while (cursor !== null && !stopped.current && all.length < maxBulkUsers) {
      setProgress({ total: all.length, results: [], gathering: true });
      const page = await fetchPage(`${query}&limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      all.push(...page.items.map(({ id, fullName }) => ({ id, fullName })));
      cursor = page.nextCursor;
    }
    return stopped.current ? [] : all;
  }

  function stop() {
    stopped.current = true;
    setProgress((now) => now && { ...now, gathering: false, stopped: true });
  }

  return { progress, names, start, stop, close: () => setProgress(null) };
}

/** Asks before the page is left while something runs: by the browser itself, or for a link of the portal. */
function useLeaveWarning(isOn: boolean, leave: () => void) {
  const left = useEffectEvent(leave);
  useEffect(() => {
    if (!isOn) return;
    const unload = (event: BeforeUnloadEvent) => event.preventDefault();
    function follow(event: MouseEvent) {
      const link = event.target instanceof Element && event.target.closest("a[href]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (window.confirm(warning)) return left();
      event.preventDefault();
      event.stopPropagation();
    }
    window.addEventListener("beforeunload", unload);
    document.addEventListener("click", follow, true);
    return () => {
      window.removeEventListener("beforeunload", unload);
      document.removeEventListener("click", follow, true);
    };
  }, [isOn]);
}

function formOf(ids: string[], fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const id of ids) form.append("userIds", id);
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

async function fetchPage(query: string): Promise<UserPage> {
  const answer = await fetch(`/api/v1/users?${query}`, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`The list answered ${answer.status}`);
  const page: UserPage = await answer.json();
  return page;
}
