"use client";

import { useState } from "react";
import { useTyped } from "#components/form-context.ts";
import { Field, Input } from "#components/ui/field.tsx";
import { useHere } from "./use-now.ts";

/** When the token begins to open anything, in the reader's own zone; without scripts nobody knows that, so it is UTC. */
export function StartField() {
  const here = useHere();
  const typed = useTyped("startsOn") ?? "";
  const [local, setLocal] = useState(typed);
  return (
    <div className="max-w-64">
      <Field
        name="startsAt"
        label={here ? "Starts" : "Starts (UTC)"}
        hint="It opens nothing before; left empty, it starts at once."
        optional
      >
        <Input
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
