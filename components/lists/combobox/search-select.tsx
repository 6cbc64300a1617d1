"use client";

import { Field, Select } from "#components/ui/field.tsx";
import type { Option, Options } from "./options.ts";
import { useCombobox } from "./use-combobox.tsx";

type FieldProps = {
  name: string;
  label: string;
  /** The words for none of them. */
  empty: string;
  options: Options;
  /** The ids of those that are not offered. */
  without?: string[];
  account?: string;
  form?: string;
};

/** One thing to choose by its name; where there are many, the others are looked for. */
export function SearchSelect({ name, label, empty, options, without = [], account, form }: FieldProps) {
  const { shown, choose, field } = useCombobox(options, [], { account, form });
  const offered = shown.filter(({ id }) => !without.includes(id));
  const picked = (id: string): Option[] => shown.filter((thing) => thing.id === id);
  return (
    <div className="grid min-w-48 flex-1 gap-2.5">
      {field}
      <Field name={name} label={label} required>
        <Select defaultValue="" onChange={({ target }) => choose(picked(target.value))}>
          <option value="">{empty}</option>
          {offered.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  );
}
