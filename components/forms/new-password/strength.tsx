"use client";

import { useEffect, useState } from "react";
import type { Advice } from "#components/forms/new-password/advice.ts";

const pause = 350;

/** How strong a password is and how to make it stronger, in words. The estimator is loaded with the first letter. */
export function Strength({ password, about }: { password: string; about: string[] }) {
  const [advice, setAdvice] = useState<Advice | null>(null);
  const known = about.join("\n");

  // Waits for a pause in typing, so that a screen reader says one thing and not one for each letter.
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(async () => {
      const found = password ? await adviseOn(password, known) : null;
      if (wanted) setAdvice(found);
    }, pause);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [password, known]);

  return <div role="status">{password && advice && <Verdict {...advice} />}</div>;
}

/** Advice is a courtesy: where its dictionaries cannot be loaded, the rules still stand. */
async function adviseOn(password: string, about: string): Promise<Advice | null> {
  const estimator = await import("#components/forms/new-password/advice.ts").catch(() => null);
  return estimator?.advise(password, about) ?? null;
}

const looks = ["text-danger-text", "text-danger-text", "text-warn-text", "text-good-text", "text-good-text"];
const steps = [1, 2, 3, 4];

function Verdict({ score, words, hints }: Advice) {
  return (
    <div className="mt-3 rounded-control border border-line bg-sunken px-3 py-2.5 text-[0.8125rem] leading-5">
      <p className="flex items-center justify-between gap-3 font-medium">
        <span>Strength: {words}</span>
        <span aria-hidden className={`flex gap-1 ${looks[score]}`}>
          {steps.map((step) => (
            <span key={step} className={`h-1.5 w-6 rounded-full ${step <= score ? "bg-current" : "bg-line"}`} />
          ))}
        </span>
      </p>
      {hints.map((hint) => (
        <p key={hint} className="mt-1 text-muted">
          {hint}
        </p>
      ))}
    </div>
  );
}
