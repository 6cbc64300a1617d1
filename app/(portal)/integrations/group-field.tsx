"use client";

import { type Choices, findForm } from "#components/lists/combobox/options.ts";
import { useFinder } from "#components/lists/combobox/use-combobox.tsx";
import { Field, Select } from "#components/ui/field.tsx";
import type { Integration } from "#lib/vault/integrations/list.ts";
import { groupOptions } from "./group-options.ts";

type GroupProps = { groups: Choices; current?: Integration["group"]; account?: string };

/** For whom secrets are made: everybody, or a group, which is looked for where there are many. */
export function GroupField({ groups, current = null, account }: GroupProps) {
  const { shown, choose, field } = useFinder(groups, [], { account, form: findForm });
  return (
    <div className="grid gap-2.5">
      {field}
      <Field name="groupId" label="For whom" hint="Each of them gets one; who leaves loses theirs.">
        <Select
          defaultValue={current?.id ?? ""}
          onChange={({ target }) => choose(shown.filter(({ id }) => id === target.value))}
        >
          <option value="">Everybody of the account</option>
          {groupOptions(shown, current).map(({ id, words }) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  );
}
