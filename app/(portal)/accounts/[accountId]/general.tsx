import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { HiddenFields } from "#components/forms/hidden-fields.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import type { Account } from "#lib/accounts/account.ts";
import { saveAccount, setActive } from "../actions.ts";

/** What the account is called, and where its data may live. */
export function General({ account }: { account: Account }) {
  return (
    <Card id="general" title="General">
      <Form action={saveAccount} success="Saved" className="grid max-w-xl gap-5">
        <input type="hidden" name="accountId" value={account.id} />
        <input type="hidden" name="version" value={account.version} />
        <Field name="name" label="Name" required>
          <Input defaultValue={account.name} maxLength={100} autoComplete="off" />
        </Field>
        <Field
          name="locations"
          label="Locations"
          hint="Where its data may live, separated by spaces or commas."
          required
        >
          <Input defaultValue={account.locations.join(", ")} maxLength={1000} autoComplete="off" spellCheck={false} />
        </Field>
        <Field name="defaultLocation" label="Default location" hint="One of them." required>
          <Input defaultValue={account.defaultLocation} maxLength={64} autoComplete="off" spellCheck={false} />
        </Field>
        <div>
          <SubmitButton busy="Saving…">Save</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

/** Switches a managed account off, with what that comes to, or on again. */
export function Activity({ account: { id, name, active, version } }: { account: Account }) {
  const fields = { accountId: id, version: String(version), active: String(!active) };
  if (active)
    return (
      <Card
        id="activity"
        title="Switch off"
        description="Nobody of the account can sign in then, and sessions, tokens and keys stop at once. Nothing is deleted."
      >
        <ConfirmButton
          id="switch-off"
          label="Switch off…"
          title={`Switch off ${name}?`}
          action={setActive}
          fields={fields}
          verb="Switch off"
          busy="Switching off…"
          success={`${name} is switched off`}
          typed={name}
        >
          Everybody of {name} is out with their next request: people, tokens and access keys. They can go on where they
          were as soon as it is switched on again.
        </ConfirmButton>
      </Card>
    );
  return (
    <Card id="activity" title="Switch on" description="Its people can sign in again, with what they had before.">
      <Form action={setActive} success={`${name} is switched on`}>
        <HiddenFields fields={fields} />
        <div>
          <SubmitButton busy="Switching on…">Switch on</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
