"use client";

import type { Options } from "#components/lists/combobox/options.ts";
import { useCombobox } from "#components/lists/combobox/use-combobox.tsx";
import { LabelledControl } from "./labelled-control.tsx";

type TokenProps = { value: string; options: Options };

/** A token's id; one's own are proposed by name, and looked for where there are many. */
export function TokenInput({ value, options }: TokenProps) {
  const { shown, field } = useCombobox(options, [], {});
  return (
    <>
      <LabelledControl
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
      </LabelledControl>
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
