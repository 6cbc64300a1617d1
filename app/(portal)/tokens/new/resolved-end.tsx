"use client";

import { CalendarClock, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { exactly, relatively } from "#components/ui/time.tsx";
import { day, type Policy } from "./expiry.ts";
import { useHere } from "./use-now.ts";

type ResolvedProps = { end: string | null | undefined; now: number; policy: Policy };

/** The instant that the choice comes to, in the reader's zone and in UTC; or what is wrong with it. */
export function ResolvedEnd({ end, now, policy }: ResolvedProps) {
  const here = useHere();
  if (end === undefined) return <Warning>Choose a date and a time.</Warning>;
  if (end === null) return <Warning>A copy of it that leaks stays good until somebody revokes it.</Warning>;
  if (Date.parse(end) <= now) return <Warning>That is over already. Choose an end that is still to come.</Warning>;
  if (Date.parse(end) > now + policy.tokenMaxDays * day + 60_000)
    return <Warning>Your account lets tokens live {policy.tokenMaxDays} days at most.</Warning>;
  const universal = exactly(end, "en-GB", "UTC");
  const local = here ? exactly(end) : universal;
  return (
    <p className="needs-script flex gap-2 leading-5 text-muted">
      <CalendarClock aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span suppressHydrationWarning>
        <span>
          Ends <time dateTime={end}>{relatively(end, now)}</time>, on{" "}
        </span>
        <strong className="font-medium text-text">{local}</strong>
        {local !== universal && <span>{` · ${universal}`}</span>}
      </span>
    </p>
  );
}

const Warning = ({ children }: { children: ReactNode }) => (
  <p className="needs-script flex gap-2 leading-5 text-warn-text">
    <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
    <span>{children}</span>
  </p>
);
