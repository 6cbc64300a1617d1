import { Checkbox, Fieldset } from "#components/ui/choice.tsx";
import type { Choices, Named } from "../users/choices.ts";

type ChoiceProps = { offered: Choices; held?: Named[] };

/** The groups it is in: at least one. */
export function GroupChoices({ offered, held = [] }: ChoiceProps) {
  const further = held.filter(({ id }) => !offered.items.some((group) => group.id === id));
  const chosen = new Set(held.map(({ id }) => id));
  return (
    <Fieldset
      name="groupIds"
      legend="Groups"
      required
      hint="It may do what the roles of its groups allow. Choose at least one."
    >
      <div className="grid gap-x-8 gap-y-3 sm:grid-cols-2">
        {[...further, ...offered.items].map(({ id, name }) => (
          <Checkbox
            key={`${id} ${chosen.has(id)}`}
            name="groupIds"
            value={id}
            label={name}
            defaultChecked={chosen.has(id)}
          />
        ))}
      </div>
      {offered.more && <p className="hint">These are the first 100. Others are given over the API.</p>}
    </Fieldset>
  );
}
