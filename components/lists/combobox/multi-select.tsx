"use client";

import { Checkbox } from "#components/ui/choice.tsx";
import type { Option, Options } from "./options.ts";
import { useCombobox } from "./use-combobox.tsx";

type TicksProps = { name: string; options: Options; held?: Option[]; account?: string; form?: string };

/** Things of which several may be ticked; where there are many, the others are looked for. In a `Fieldset`. */
export function MultiSelect({ held = [], ...props }: TicksProps) {
  return <Ticks key={held.map(({ id }) => id).join()} held={held} {...props} />;
}

function Ticks({ name, options, held = [], account, form }: TicksProps) {
  const { shown, chosen, choose, field } = useCombobox(options, held, { account, form });
  const without = (thing: Option) => chosen.filter(({ id }) => id !== thing.id);
  return (
    <>
      {field}
      <div className="grid gap-x-8 gap-y-3 sm:grid-cols-2">
        {shown.map((thing) => (
          <Checkbox
            key={thing.id}
            name={name}
            value={thing.id}
            label={thing.name}
            description={thing.hint}
            defaultChecked={chosen.some(({ id }) => id === thing.id)}
            onChange={({ target }) => choose(target.checked ? [...without(thing), thing] : without(thing))}
          />
        ))}
      </div>
    </>
  );
}
