import { AccountInput } from "#components/forms/account-input.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import type { User } from "#lib/people/users/wire.ts";
import { saveProfile } from "./actions.ts";

type ProfileProps = {
  user: User;
  account?: string;
  mayChange: boolean;
  /** To change where their mail and notifications go, by which one could become them. */
  mayMove: boolean;
};

/** Names, addresses and numbers; a form for who may change them. */
export function ProfileCard({ user, account, mayChange, mayMove }: ProfileProps) {
  if (!mayChange) return <ReadOnly user={user} />;
  return (
    <Card id="profile" title="Profile" description="What you change is told to them by mail.">
      <Form action={saveProfile} success={`${user.fullName} was saved.`} className="grid max-w-xl gap-5">
        <AccountInput account={account} />
        <input type="hidden" name="userId" value={user.id} />
        <input type="hidden" name="version" value={user.version} />
        <Field name="fullName" label="Full name" required>
          <Input defaultValue={user.fullName} maxLength={100} autoComplete="off" />
        </Field>
        <Field
          name="email"
          label="E-mail address"
          required
          aside={<Verified user={user} />}
          hint={mayMove ? "A new address gets a mail to confirm it, the old one a mail that says so." : notMoved}
        >
          <Input type="email" readOnly={!mayMove} defaultValue={user.email} maxLength={254} autoComplete="off" />
        </Field>
        <Field name="phone" label="Phone" optional>
          <Input type="tel" defaultValue={user.phone ?? ""} maxLength={30} autoComplete="off" />
        </Field>
        <Field name="mobilePhone" label="Mobile phone" optional>
          <Input type="tel" defaultValue={user.mobilePhone ?? ""} maxLength={30} autoComplete="off" />
        </Field>
        <Field name="webhookUrl" label="Webhook" optional hint={mayMove ? webhookHint : notMoved}>
          <Input
            type="url"
            readOnly={!mayMove}
            defaultValue={user.webhookUrl ?? ""}
            maxLength={2000}
            autoComplete="off"
            placeholder="https://"
          />
        </Field>
        <Kept fields={user.lockedFields} />
        <div>
          <SubmitButton busy="Saving…">Save</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

const webhookHint =
  "Where their notifications are posted to: https alone is called. They are told that it changed, and make the signing secret themselves.";
const notMoved = "Only somebody who holds all the rights that they do can change it.";

/** Which fields the person cannot change themselves: those with a reason. */
function Kept({ fields }: { fields: User["lockedFields"] }) {
  const count = Object.keys(fields).length;
  return (
    <details open={count > 0} className="rounded-card border border-line">
      <summary className="cursor-pointer px-4 py-2.5 font-medium">
        Kept by administrators
        <span className="font-normal text-muted">
          {" "}
          · {count || "no"} {count === 1 ? "field" : "fields"}
        </span>
      </summary>
      <div className="grid gap-4 border-t border-line p-4">
        <p className="hint">
          Give a reason, and they read it in place of changing the field. Left empty, it is theirs.
        </p>
        {lockable.map(([field, label]) => (
          <Field key={field} name={`kept ${field}`} label={label} optional>
            <Input
              defaultValue={fields[field] ?? ""}
              maxLength={200}
              autoComplete="off"
              placeholder="Comes from the directory"
            />
          </Field>
        ))}
      </div>
    </details>
  );
}

const lockable = [
  ["fullName", "Full name"],
  ["email", "E-mail address"],
  ["phone", "Phone"],
  ["mobilePhone", "Mobile phone"],
  ["timeZone", "Time zone"],
] as const;

const usageLabel = (fields: User["lockedFields"]) =>
  lockable.flatMap(([field, label]) => (fields[field] ? [`${label}: ${fields[field]}`] : [])).join("; ") || "Nothing";

const Verified = ({ user }: { user: User }) => (
  <Badge tone={user.emailVerifiedAt ? "good" : "warn"}>{user.emailVerifiedAt ? "Verified" : "Not verified"}</Badge>
);

function ReadOnly({ user }: { user: User }) {
  return (
    <Card id="profile" title="Profile">
      <Facts>
        <Fact name="E-mail address">
          <span className="flex flex-wrap items-center gap-2">
            {user.email} <Verified user={user} />
          </span>
        </Fact>
        <Fact name="Phone">{user.phone ?? "None"}</Fact>
        <Fact name="Mobile phone">{user.mobilePhone ?? "None"}</Fact>
        <Fact name="Webhook">{user.webhookUrl ?? "None"}</Fact>
        <Fact name="Kept by administrators">{usageLabel(user.lockedFields)}</Fact>
      </Facts>
    </Card>
  );
}
