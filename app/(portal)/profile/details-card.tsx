import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field, Select } from "#components/ui/field.tsx";
import type { OwnProfile } from "#lib/people/profile.ts";
import { updateProfile } from "./actions.ts";
import { ProfileField } from "./profile-field.tsx";

const fixedUsername = "You sign in with it, or with your e-mail address. It was fixed when your user was made.";

/** Every time zone there is to choose, the present one among them. */
const zones = (present: string) => [...new Set(["UTC", present, ...Intl.supportedValuesOf("timeZone")])].sort();

/** Names and numbers, with what of them somebody else keeps. */
export function DetailsCard({ profile }: { profile: OwnProfile }) {
  const { username, fullName, phone, mobilePhone, timeZone, lockedFields, version } = profile;
  return (
    <Card id="details" title="Your details">
      <Form action={updateProfile} success="Your profile was saved." className="grid max-w-xl gap-5">
        <input type="hidden" name="version" value={version} />
        <ProfileField name="fullName" label="Full name" value={fullName} locked={lockedFields.fullName} required />
        <ProfileField name="username" label="Username" value={username} fixed={fixedUsername} />
        <ProfileField name="phone" label="Phone" value={phone} locked={lockedFields.phone} optional />
        <ProfileField
          name="mobilePhone"
          label="Mobile phone"
          value={mobilePhone}
          locked={lockedFields.mobilePhone}
          optional
        />
        <Field name="timeZone" label="Time zone" hint="Reminders come in its morning, and days are told in it.">
          <Select defaultValue={timeZone}>
            {zones(timeZone).map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll("_", " ")}
              </option>
            ))}
          </Select>
        </Field>
        <div>
          <SubmitButton busy="Saving…">Save</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
