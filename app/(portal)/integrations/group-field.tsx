"use client";

import { fallbackFormId, type Options } from "#components/lists/combobox/options.ts";
import { useCombobox } from "#components/lists/combobox/use-combobox.tsx";
import { Field, Select } from "#components/ui/field.tsx";
import type { Integration } from "#lib/vault/integrations/integration.ts";
import { labelledGroups } from "./labelled-groups.ts";

type GroupProps = { groups: Options; current?: Integration["group"]; account?: string };

/** For whom secrets are made: everybody, or a group, which is looked for where there are many. */
export function GroupField({ groups, current = null, account }: GroupProps) {
  const { shown, choose, field } = useCombobox(groups, [], { account, form: fallbackFormId });
  return (
    <div className="grid gap-2.5">
      {field}
      <Field name="groupId" label="For whom" hint="Each of them gets one; who leaves loses theirs.">
        <Select
          defaultValue={current?.id ?? ""}
          onChange={({ target }) => choose(shown.filter(({ id }) => id === target.value))}
        >
          <option value="">Everybody of the account</option>
          {labelledGroups(shown, current).map(({ id, words }) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  );
}
