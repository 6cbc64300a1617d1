"use client";

import { useState } from "react";
import { Field, Input } from "#components/ui/field.tsx";
import { useTyped } from "#components/ui/form-context.ts";
import { useHere } from "./use-now.ts";

/**
 * When the token begins to open anything, in the reader's own zone; without scripts nobody knows that, so it is UTC.
 * `starts` is when it would now.
 */
export function StartField({ starts }: { starts?: string }) {
  const here = useHere();
  const before = starts && (here ? hereOf(starts) : starts.slice(0, minutes));
  const typed = useTyped("startsOn") ?? before ?? "";
  const [changed, setLocal] = useState<string>();
  const local = changed ?? typed;
  return (
    <div className="max-w-64">
      <Field
        name="startsAt"
        label={here ? "Starts" : "Starts (UTC)"}
        hint="It opens nothing before; left empty, it starts at once."
        optional
      >
        <Input
          key={String(here)}
          name="startsOn"
          type="datetime-local"
          defaultValue={typed}
          onChange={(event) => setLocal(event.target.value)}
        />
      </Field>
      {here && local && <input type="hidden" name="startsAt" value={new Date(local).toISOString()} />}
    </div>
  );
}

/** As much of an instant as the field takes. */
const minutes = "2030-01-31T12:00".length;

/** An instant as the field has it, in the zone of the browser. */
function hereOf(instant: string): string {
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, minutes);
}
