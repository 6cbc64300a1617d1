import { Field, Input } from "#components/ui/field.tsx";

type Names = { login: string; name: string; surname: string; email: string };

/** What an API user is called, and who is written to about it. */
export function NameFields({ user }: { user?: Names }) {
  return (
    <>
      <Field name="login" label="Login" required hint="Its program signs in with it. Unique in the account.">
        <Input
          defaultValue={user?.login}
          maxLength={100}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="warehouse-sync"
        />
      </Field>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field name="name" label="Name" required>
          <Input defaultValue={user?.name} maxLength={100} autoComplete="off" />
        </Field>
        <Field name="surname" label="Surname" required>
          <Input defaultValue={user?.surname} maxLength={100} autoComplete="off" />
        </Field>
      </div>
      <Field name="email" label="E-mail address" required hint="No person and no other API user has it.">
        <Input type="email" defaultValue={user?.email} maxLength={254} autoComplete="off" />
      </Field>
    </>
  );
}
