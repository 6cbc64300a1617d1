"use client";

import { useEffect, useState } from "react";

/** The minutes until an instant, counted down. */
export function MinutesLeft({ until }: { until: string }) {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 15_000);
    return () => clearInterval(timer);
  }, []);
  if (now === null) return <span>for a few minutes</span>;
  const left = Date.parse(until) - now;
  return <span>{left <= 0 ? "over" : `${Math.max(1, Math.floor(left / 60_000))} min left`}</span>;
}
