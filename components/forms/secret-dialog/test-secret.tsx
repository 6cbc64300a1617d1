"use client";

import { CircleCheck, CircleX } from "lucide-react";
import { useState, useTransition } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Spinner } from "#components/ui/spinner.tsx";

/** Asks the server about a secret and brings back the HTTP status and the body, written out. */
export type Verify = (secret: string) => Promise<{ status: number; body: string }>;

/** "Test it now": makes the call that a program would make, and shows the answer. */
export function TestSecret({ secret, verify }: { secret: string; verify: Verify }) {
  const [answer, setAnswer] = useState<Awaited<ReturnType<Verify>> | null>(null);
  const [pending, start] = useTransition();
  const test = () => start(async () => setAnswer(await verify(secret)));
  const fine = answer !== null && answer.status < 300;
  return (
    <div className="needs-script rounded-control border border-line bg-sunken p-3">
      <div className="flex flex-wrap items-center gap-3">
        <button
          type="button"
          aria-disabled={pending}
          onClick={pending ? undefined : test}
          className="button button-secondary button-small"
        >
          {pending && <Spinner />}
          <span>Test it now</span>
        </button>
        <code className="min-w-0 font-mono text-xs text-muted wrap-anywhere">GET /api/v1/tokens/verify</code>
      </div>
      <div role="status" className="min-w-0">
        {answer && (
          <div className="mt-3">
            <Badge tone={fine ? "good" : "danger"} icon={fine ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}>
              {fine ? `${answer.status}: it works` : `${answer.status}: refused`}
            </Badge>
            <pre
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
              tabIndex={0}
              className="mt-2 max-h-44 overflow-auto font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere"
            >
              {answer.body}
            </pre>
          </div>
        )}
      </div>
    </div>
  );
}
