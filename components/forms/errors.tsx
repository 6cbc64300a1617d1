"use client";

import { CircleAlert } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import type { MouseEvent } from "react";
import { fieldOf } from "#components/ui/form-context.ts";
import type { Problem } from "#lib/http/next/action.ts";

/** What a page says where the problem's title is meant for programs. */
const headings: Record<string, string> = {
  conflict: "This could not be done",
  internal_error: "Something went wrong on our side",
  invalid_fields: "Some fields need another look",
  last_administrator: "The account would have no administrator left",
  notifications_only: "You get notifications only",
  own_user: "Nobody does this to themselves",
  privilege_escalation: "This goes beyond your own rights",
  self_modification: "You cannot change your own rights",
  step_up_required: "Confirm that it is you",
  unavailable: "The portal cannot answer just now",
  user_inactive: "You cannot sign in",
  user_locked: "You are locked out",
};

/** Why a form was refused: the problem in words, and a link to each field that must change. */
export function FormErrors({ id, problem }: { id: string; problem: Problem }) {
  return (
    <div
      role="alert"
      tabIndex={-1}
      data-summary
      className="tone-danger flex gap-3 rounded-card border px-4 py-3 leading-relaxed"
    >
      <CircleAlert aria-hidden className="mt-[3px] size-4 shrink-0" />
      <div className="min-w-0 wrap-anywhere">
        <p className="font-semibold">{headings[problem.code] ?? problem.title}</p>
        {problem.errors.length === 0 && problem.code !== "step_up_required" && (
          <p className="text-text">{problem.detail}</p>
        )}
        {problem.errors.length > 0 && (
          <ul className="mt-1 list-disc pl-5">
            {problem.errors.map(({ pointer, message }) => (
              <li key={pointer + message}>
                <a href={`#${id}field-${fieldOf(pointer)}`} onClick={lead} className="underline">
                  {inWords(fieldOf(pointer))}: {message}
                </a>
              </li>
            ))}
          </ul>
        )}
        <WayOut code={problem.code} />
        {problem.status >= 500 && (
          <p className="mt-1 text-[0.8125rem] text-muted">
            Request id{" "}
            <code className="font-mono select-all" translate="no">
              {problem.requestId}
            </code>
          </p>
        )}
      </div>
    </div>
  );
}

function lead(event: MouseEvent<HTMLAnchorElement>) {
  const field = document.getElementById(event.currentTarget.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.focus();
}

/** A field's name as people write it: "mobilePhone" is "Mobile phone". */
function inWords(field: string) {
  const words = field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const outdated = new Set(["version_conflict", "token_ended", "not_found"]);
const signedOut = new Set(["session_ended", "unauthenticated", "owner_inactive"]);

/** Where the form cannot be mended in place, the way on; without leaving what was typed, if there is one. */
function WayOut({ code }: { code: string }) {
  const [path, query] = [usePathname(), useSearchParams()];
  const here = query.size ? `${path}?${query}` : path;
  if (outdated.has(code))
    return (
      <a href={here} className="underline">
        Load it as it is now
      </a>
    );
  if (code === "portal_updated")
    return (
      <p>
        <a href={here} className="underline">
          Load this page anew
        </a>
        , or{" "}
        <a href={here} target="_blank" className="underline" rel="noopener">
          open it in a new tab
        </a>{" "}
        and copy over what you typed.
      </p>
    );
  if (code === "step_up_required")
    return (
      <a href={`/confirm?${new URLSearchParams({ return_to: here })}`} className="underline">
        Confirm that it is you
      </a>
    );
  if (code === "impersonation_over")
    return (
      <a href="/impersonation-over" className="underline">
        Go on as yourself
      </a>
    );
  if (!signedOut.has(code)) return null;
  return (
    <p>
      <a href="/sign-in" target="_blank" className="underline" rel="noopener">
        Sign in again in a new tab
      </a>
      , then send this form once more. What you typed stays here.
    </p>
  );
}
