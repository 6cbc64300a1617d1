"use client";

import { useEffect, useState, useSyncExternalStore } from "react";

/** The time (milliseconds since 1970) as it goes on, from the server's at first. */
export function useNow(start: number): number {
  const [now, setNow] = useState(start);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Is this the browser, which knows the reader's zone, and not the server's rendering of the page? */
export const useHere = () => useSyncExternalStore(never, yes, no);

const never = () => () => {};
const yes = () => true;
const no = () => false;
