"use client";

import type { Choices } from "#components/lists/combobox/options.ts";
import { useFinder } from "#components/lists/combobox/use-combobox.tsx";
import { FoundControl } from "./found-control.tsx";

type SelectProps = {
  name: string;
  label: string;
  hint: string;
  /** The words for none of them. */
  empty: string;
  value: string;
  choices: Choices;
  account?: string;
};

/** One of many, which is looked for where there are too many for a list. */
export function FoundSelect(props: SelectProps) {
  return <Asking key={props.value} {...props} />;
}

function Asking({ name, label, hint, empty, value, choices, account }: SelectProps) {
  const known = choices.items.find(({ id }) => id === value) ?? { id: value, name: value };
  const { shown, choose, field } = useFinder(choices, value ? [known] : [], { account });
  return (
    <FoundControl label={label} hint={hint} finder={field}>
      {(wiring) => (
        <select
          {...wiring}
          name={name}
          defaultValue={value}
          onChange={({ target }) => choose(shown.filter(({ id }) => id === target.value))}
          className="input"
        >
          <option value="">{empty}</option>
          {shown.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </FoundControl>
  );
}
