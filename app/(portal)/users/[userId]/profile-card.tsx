import { Form, SubmitButton } from "#components/form.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import type { User } from "#lib/users/wire.ts";
import { AccountInput } from "../account-input.tsx";
import { saveProfile } from "./actions.ts";

type ProfileProps = { user: User; account?: string; mayChange: boolean };

/** Names, addresses and numbers; a form for who may change them. */
export function ProfileCard({ user, account, mayChange }: ProfileProps) {
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
          hint="A new address gets a mail to confirm it, the old one a mail that says so."
        >
          <Input type="email" defaultValue={user.email} maxLength={254} autoComplete="off" />
        </Field>
        <Field name="phone" label="Phone" optional>
          <Input type="tel" defaultValue={user.phone ?? ""} maxLength={30} autoComplete="off" />
        </Field>
        <Field name="mobilePhone" label="Mobile phone" optional>
          <Input type="tel" defaultValue={user.mobilePhone ?? ""} maxLength={30} autoComplete="off" />
        </Field>
        <div>
          <SubmitButton busy="Saving…">Save</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

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
      </Facts>
    </Card>
  );
}
