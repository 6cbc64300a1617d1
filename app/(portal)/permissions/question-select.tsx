"use client";

import type { Options } from "#components/lists/combobox/options.ts";
import { useCombobox } from "#components/lists/combobox/use-combobox.tsx";
import { LabelledControl } from "./labelled-control.tsx";

type SelectProps = {
  name: string;
  label: string;
  hint: string;
  /** The words for none of them. */
  empty: string;
  value: string;
  options: Options;
  account?: string;
};

/** One of many, which is looked for where there are too many for a list. */
export function QuestionSelect(props: SelectProps) {
  return <Asking key={props.value} {...props} />;
}

function Asking({ name, label, hint, empty, value, options, account }: SelectProps) {
  const known = options.items.find(({ id }) => id === value) ?? { id: value, name: value };
  const { shown, choose, field } = useCombobox(options, value ? [known] : [], { account });
  return (
    <LabelledControl label={label} hint={hint} finder={field}>
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
    </LabelledControl>
  );
}
