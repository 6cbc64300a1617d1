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
  const minutes = Math.max(0, Math.ceil((Date.parse(until) - now) / 60_000));
  return <span>{minutes === 0 ? "over" : `${minutes} min left`}</span>;
}
