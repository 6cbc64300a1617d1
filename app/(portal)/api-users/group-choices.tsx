import { MultiSelect } from "#components/lists/combobox/multi-select.tsx";
import { fallbackFormId, type Option, type Options } from "#components/lists/combobox/options.ts";
import { Fieldset } from "#components/ui/choice.tsx";

type ChoiceProps = { offered: Options; held?: Option[]; account?: string };

/** The groups it is in: at least one. */
export function GroupChoices({ offered, held, account }: ChoiceProps) {
  return (
    <Fieldset
      name="groupIds"
      legend="Groups"
      required
      hint="It may do what the roles of its groups allow. Choose at least one."
    >
      <MultiSelect name="groupIds" options={offered} held={held} account={account} form={fallbackFormId} />
    </Fieldset>
  );
}
