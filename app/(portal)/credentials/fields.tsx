import { Field, Input, Textarea } from "#components/ui/field.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import type { ServiceCredential } from "#lib/vault/service-credentials/service-credential.ts";
import { dayOf } from "./form.ts";

type SecretProps = { kind: ServiceCredential["kind"]; isNew?: boolean };

const labels: Record<ServiceCredential["kind"], string> = {
  password: "Password",
  token: "Token",
  "ssh-key": "Private key",
};

/** The secret itself. What is kept never stands here: an empty field leaves it as it is. */
export function SecretField({ kind, isNew }: SecretProps) {
  const label = isNew ? labels[kind] : `New ${labels[kind].toLowerCase()}`;
  if (kind !== "ssh-key")
    return (
      <Field
        name="secret"
        label={label}
        required={isNew}
        optional={!isNew}
        hint={isNew ? "Sealed as soon as it arrives." : "Leave it empty to keep the one there is."}
      >
        <PasswordInput autoComplete="new-password" />
      </Field>
    );
  return (
    <Field
      name="secret"
      label={label}
      optional
      hint={
        isNew
          ? "Leave it empty, and a new pair (ed25519) is made here. Bring a key in OpenSSH's format without a passphrase."
          : "Leave it empty to keep the one there is."
      }
    >
      <Textarea rows={4} spellCheck={false} autoComplete="off" autoCapitalize="none" className="font-mono text-xs" />
    </Field>
  );
}

type EndProps = { expiresAt?: string | null; remindDays?: number | null };

/** When it ends in the other system, and when to be reminded of that. */
export function EndFields({ expiresAt = null, remindDays = null }: EndProps) {
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      {expiresAt && <input type="hidden" name="formerEnd" value={expiresAt} />}
      <Field name="expiresAt" label="Ends on" optional hint="At the end of that day, UTC, in the other system.">
        <Input type="date" defaultValue={dayOf(expiresAt)} />
      </Field>
      <Field name="remindDays" label="Remind me" optional hint="So many days before its end: 1 to 90.">
        <Input type="number" min={1} max={90} defaultValue={remindDays ?? ""} />
      </Field>
    </div>
  );
}

type NameProps = { name?: string; username?: string; asksUsername: boolean; needsUsername?: boolean };

/** What it is called here, and the name by which the other system knows one. */
export function NameFields({ name, username, asksUsername, needsUsername }: NameProps) {
  return (
    <>
      <Field name="name" label="Name" required hint="Say what it opens.">
        <Input defaultValue={name} maxLength={100} autoComplete="off" placeholder="build server" />
      </Field>
      {asksUsername && (
        <Field name="username" label="User name there" required={needsUsername} optional={!needsUsername}>
          <Input defaultValue={username} maxLength={200} autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </Field>
      )}
    </>
  );
}
