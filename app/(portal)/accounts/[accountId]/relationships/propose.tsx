import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Fieldset, Radio } from "#components/ui/choice.tsx";
import { Field, Input, Select, Textarea } from "#components/ui/field.tsx";
import { proposeRelation } from "../../actions.ts";
import { RightsOffered } from "./rights-choice.tsx";

/** Proposes a relationship to an account, named by its number. */
export function Propose({ accountId }: { accountId: string }) {
  return (
    <Form action={proposeRelation} success="It waits for the other account now, if there is one of that number.">
      <input type="hidden" name="accountId" value={accountId} />
      <Field
        name="otherId"
        label="The other account's id"
        hint="8 digits: its administrators find it on their page of accounts."
        required
      >
        <Input
          inputMode="numeric"
          pattern="[1-9][0-9]{7}"
          title="8 digits"
          maxLength={8}
          autoComplete="off"
          className="max-w-40 font-mono"
        />
      </Field>
      <Field name="kind" label="Relationship" required>
        <Select defaultValue="managed">
          <option value="managed">One manages the other</option>
          <option value="bills_to">One pays for the other</option>
        </Select>
      </Field>
      <Fieldset name="side" legend="This account" required>
        <Radio name="side" value="managing" label="manages the other, or pays for it" defaultChecked />
        <Radio name="side" value="managed" label="is managed by the other, or paid for by it" />
      </Fieldset>
      <RightsOffered />
      <Field name="message" label="A word to them" optional>
        <Textarea maxLength={500} />
      </Field>
      <div>
        <SubmitButton busy="Proposing…">Propose</SubmitButton>
      </div>
    </Form>
  );
}
