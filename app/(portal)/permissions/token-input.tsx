"use client";

import type { Choices } from "#components/lists/combobox/options.ts";
import { useFinder } from "#components/lists/combobox/use-combobox.tsx";
import { FoundControl } from "./found-control.tsx";

type TokenProps = { value: string; choices: Choices };

/** A token's id; one's own are proposed by name, and looked for where there are many. */
export function TokenInput({ value, choices }: TokenProps) {
  const { shown, field } = useFinder(choices, [], {});
  return (
    <>
      <FoundControl
        label="With the token"
        hint="A token's id, to count in its scopes; none for a session."
        finder={field}
      >
        {(wiring) => (
          <input
            {...wiring}
            name="token"
            defaultValue={value}
            maxLength={36}
            list="own-tokens"
            autoComplete="off"
            className="input"
          />
        )}
      </FoundControl>
      <datalist id="own-tokens">
        {shown.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  );
}
