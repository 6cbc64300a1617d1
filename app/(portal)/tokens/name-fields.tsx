import { Field, Input } from "#components/ui/field.tsx";
import type { Token } from "#lib/tokens/token.ts";

/** What a token is called and what it is for: the fields that can still be changed once it is made. */
export function NameFields({ token }: { token: Pick<Token, "name" | "description"> }) {
  return (
    <>
      <Field name="name" label="Name" hint="Say what uses it and where." required>
        <Input defaultValue={token.name} maxLength={100} placeholder="nightly export on build-7" autoComplete="off" />
      </Field>
      <Field name="description" label="Description" optional>
        <Input defaultValue={token.description} maxLength={500} autoComplete="off" />
      </Field>
    </>
  );
}
