"use client";

import { type ChangeEvent, useState } from "react";
import { Fieldset, Radio } from "#components/ui/choice.tsx";
import { useTyped } from "#components/ui/form-context.ts";
import { day, type Expiry, endOf, offersFor, type Policy } from "./expiry.ts";
import { OwnEnd } from "./own-end.tsx";
import { ResolvedEnd } from "./resolved-end.tsx";
import { StartField } from "./start-field.tsx";
import { useNow } from "./use-now.ts";

const maxDays = ({ tokenMaxDays, tokensMayLiveForever }: Policy) =>
  `At most ${tokenMaxDays} days in your account${tokensMayLiveForever ? ", unless it never ends" : ""}.`;

type PickerProps = { expiry: Expiry; policy: Policy; now: number };

/** When the token ends: a few usual answers, a date and time, or never; and the instant that comes to. */
export function ExpiryPicker({ expiry, policy, now: start }: PickerProps) {
  const now = useNow(start);
  const [choice, setChoice] = useState(useTyped("expiresIn") ?? expiry.choice);
  const [instant, setInstant] = useState(expiry.instant ?? new Date(start + 7 * day).toISOString());

  function choose({ target }: ChangeEvent<HTMLElement>) {
    if (target instanceof HTMLInputElement && target.name === "expiresIn") setChoice(target.value);
  }

  return (
    <div className="card group/expiry p-5 sm:p-6" onChange={choose}>
      <Fieldset name="expiresAt" legend="Expires" hint={maxDays(policy)}>
        <div className="flex flex-wrap gap-x-6 gap-y-3">
          {offersFor(policy).map(({ value, label }) => (
            <Radio key={value} name="expiresIn" value={value} label={label} defaultChecked={value === expiry.choice} />
          ))}
        </div>
        <OwnEnd instant={instant} setInstant={setInstant} chosen={choice === "custom"} />
        <ResolvedEnd end={endOf({ choice, instant }, now)} now={now} policy={policy} />
        <noscript>
          <p className="hint">Days are counted from the moment you create the token.</p>
        </noscript>
      </Fieldset>
      <div className="mt-5 border-t border-line pt-5">
        <StartField />
      </div>
    </div>
  );
}
