"use client";

import { useId } from "react";
import { useFormState } from "#components/ui/form-context.ts";
import type { Outgrown } from "#lib/access/issued/outgrown.ts";
import { asSeen, seenField } from "./seen.ts";

/**
 * Stands in a form whose action is a `rightsAction`: what would break by the change, and the choice of what is to become
 * of it. Nothing until the action asks.
 */
export function OutgrownQuestion() {
  const { state } = useFormState();
  return state.status === "asks" ? <Question outgrown={state.outgrown} /> : null;
}

function Question({ outgrown }: { outgrown: Outgrown }) {
  const isOne = outgrown.accessKeys + outgrown.secrets === 1;
  return (
    <fieldset
      data-question
      tabIndex={-1}
      className="tone-warn w-full min-w-0 basis-full rounded-card border px-4 py-3 text-left leading-relaxed"
    >
      <legend className="sr-only">Secrets made by somebody with fewer rights</legend>
      <input type="hidden" name={seenField} value={asSeen(outgrown)} />
      <div className="grid min-w-0 gap-3 wrap-anywhere">
        <p className="font-semibold">
          {`${countInWords(outgrown)} ${isOne ? "was made by somebody" : "were made by people"} who could not give these rights.`}
        </p>
        {outgrown.items.length > 0 && <Items outgrown={outgrown} />}
        <div className="grid gap-2.5 text-text">
          <Answer
            value="none"
            label={isOne ? "Keep it" : "Keep them"}
            meaning="Programs keep working. Lists show it as due for rotation, and administrators are notified."
          />
          <Answer
            value="outgrown"
            label={isOne ? "End it" : "End them"}
            meaning="Programs that use it are signed out immediately and can't sign in again."
          />
        </div>
        <p className="text-text">Nothing is saved yet. Choose one, then submit again.</p>
      </div>
    </fieldset>
  );
}

type AnswerProps = { value: "none" | "outgrown"; label: string; meaning: string };

function Answer({ value, label, meaning }: AnswerProps) {
  const id = useId();
  return (
    <label className="flex gap-2.5 leading-5">
      <input
        type="radio"
        name="endSecretsOf"
        value={value}
        required
        // The whole label can be pressed, but its second line is no part of the name.
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-text`}
        className="tick"
      />
      <span className="min-w-0">
        <span id={`${id}-name`} className="font-medium">
          {label}
        </span>
        <span id={`${id}-text`} className="hint block">
          {meaning}
        </span>
      </span>
    </label>
  );
}

const mostOpen = 5;

function Items({ outgrown: { accessKeys, secrets, items } }: { outgrown: Outgrown }) {
  const others = accessKeys + secrets - items.length;
  return (
    <details open={items.length <= mostOpen}>
      <summary className="cursor-pointer font-medium">Details</summary>
      <ul className="mt-1 list-disc pl-5 text-text">
        {items.map((item) => (
          <li key={item.id}>{itemInWords(item)}</li>
        ))}
        {others > 0 && <li>{`${others} more`}</li>}
      </ul>
    </details>
  );
}

function itemInWords({ kind, id, label, holder, madeBy }: Outgrown["items"][number]): string {
  const what = kind === "access_key" ? `Access key ${label || id} of ${holder.name}` : `Secret of ${holder.name}`;
  return `${what}, created by ${madeBy?.name ?? "somebody outside this company"}`;
}

/** "2 access keys and 1 secret". */
function countInWords({ accessKeys, secrets }: Outgrown): string {
  const counted = (count: number, word: string) => (count ? [`${count} ${word}${count === 1 ? "" : "s"}`] : []);
  return [...counted(accessKeys, "access key"), ...counted(secrets, "secret")].join(" and ");
}
