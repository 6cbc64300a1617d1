import { Field, Input } from "#components/ui/field.tsx";

type FieldsProps = { accountId?: string; name?: string; description?: string };

/** What a group is called and who belongs in it, in the account that is acted in. */
export function GroupFields({ accountId, name, description }: FieldsProps) {
  return (
    <>
      {accountId && <input type="hidden" name="accountId" value={accountId} />}
      <Field name="name" label="Name" required>
        <Input defaultValue={name} maxLength={100} autoComplete="off" />
      </Field>
      <Field name="description" label="Description" hint="Say who belongs in it." optional>
        <Input defaultValue={description} maxLength={500} autoComplete="off" />
      </Field>
    </>
  );
}
