"use client";

import { useSyncExternalStore } from "react";

/**
 * An instant (ISO 8601) in the reader's locale and zone. The server, which knows neither, writes UTC.
 * `as="relative"` says "3 days ago" with the exact instant in the title; `as="both"` writes the two; `as="date"` leaves
 * the hour out.
 */
export function Time({ iso, as = "exact" }: { iso: string; as?: "exact" | "relative" | "both" | "date" }) {
  const minute = useSyncExternalStore(everyMinute, currentMinute, () => null);
  const here = minute !== null;
  const exact = here ? exactly(iso) : exactly(iso, "en-GB", "UTC");
  const spoken = { exact, relative: relatively(iso), both: `${relatively(iso)} (${exact})`, date: dateOf(iso, here) };
  return (
    // The clock moves on between the server's answer and the browser's.
    <time
      dateTime={iso}
      title={titleOf(iso, exact, here)}
      className={as === "relative" ? "whitespace-nowrap" : undefined}
      suppressHydrationWarning
    >
      {spoken[as]}
    </time>
  );
}

const currentMinute = () => Math.floor(Date.now() / 60_000);

function everyMinute(tick: () => void) {
  const timer = setInterval(tick, 20_000);
  return () => clearInterval(timer);
}

/** An instant in words, in the reader's own locale and zone unless told otherwise: "21 Nov 2026, 23:02 UTC". */
export function exactly(iso: string, locale?: string, timeZone?: string) {
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone,
  }).format(new Date(iso));
}

function dateOf(iso: string, here: boolean) {
  const style = { day: "numeric", month: "short", year: "numeric" } as const;
  return new Intl.DateTimeFormat(here ? undefined : "en-GB", here ? style : { ...style, timeZone: "UTC" }).format(
    new Date(iso),
  );
}

function titleOf(iso: string, exact: string, here: boolean) {
  return here ? `${exact} · ${exactly(iso, "en-GB", "UTC")}` : exact;
}

// A unit, its seconds, and from how many seconds it is used: a month ahead is still counted in days.
const units = [
  ["year", 31_557_600, 31_536_000],
  ["month", 2_629_800, 5_184_000],
  ["day", 86_400, 86_400],
  ["hour", 3_600, 3_600],
  ["minute", 60, 60],
] as const;

// What was made a moment ago to last 30 days ends "in 30 days", not in 29 and a bit.
const nearly = 0.98;

/** How far an instant is from now, in the page's language: "in 3 days", "4 min ago", "just now". */
export function relatively(iso: string, now = Date.now()) {
  const seconds = (Date.parse(iso) - now) / 1000;
  const [unit, size] = units.find(([, , from]) => Math.abs(seconds) >= from * nearly) ?? [];
  if (!unit || !size) return seconds > 0 ? "in a moment" : "just now";
  const words = new Intl.RelativeTimeFormat("en", { style: unit === "minute" ? "short" : "long" });
  return words.format(Math.round(seconds / size), unit).replace("min.", "min");
}
