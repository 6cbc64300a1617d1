import { Field, Input } from "#components/ui/field.tsx";

type FieldsProps = { accountId?: string; name?: string; description?: string };

/** What a role is called and what it is for, in the account that is acted in. */
export function RoleFields({ accountId, name, description }: FieldsProps) {
  return (
    <>
      {accountId && <input type="hidden" name="accountId" value={accountId} />}
      <Field name="name" label="Name" hint="Say who holds it: “Help desk”." required>
        <Input defaultValue={name} maxLength={100} autoComplete="off" />
      </Field>
      <Field name="description" label="Description" optional>
        <Input defaultValue={description} maxLength={500} autoComplete="off" />
      </Field>
    </>
  );
}
