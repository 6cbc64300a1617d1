import { FoundTicks } from "#components/lists/combobox/multi-select.tsx";
import { type Choices, findForm, type Named } from "#components/lists/combobox/options.ts";
import { Fieldset } from "#components/ui/choice.tsx";

type ChoiceProps = { offered: Choices; held?: Named[]; account?: string };

/** The groups it is in: at least one. */
export function GroupChoices({ offered, held, account }: ChoiceProps) {
  return (
    <Fieldset
      name="groupIds"
      legend="Groups"
      required
      hint="It may do what the roles of its groups allow. Choose at least one."
    >
      <FoundTicks name="groupIds" choices={offered} held={held} account={account} form={findForm} />
    </Fieldset>
  );
}
