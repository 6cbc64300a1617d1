"use client";

import { EnrolSteps } from "#components/forms/enrol/steps.tsx";
import { Checkbox } from "#components/ui/choice.tsx";
import { Field, Input, Select } from "#components/ui/field.tsx";
import { addAuthenticator, confirmAuthenticator } from "./actions.ts";

/** Sets an authenticator up; it may take the place of another, which goes once the new one works. */
export function AddAuthenticator({ others }: { others: { id: string; name: string }[] }) {
  return (
    <EnrolSteps
      begin={addAuthenticator}
      finish={confirmAuthenticator}
      label={others.length ? "Add another app" : "Set up an app"}
      choices={<Choices others={others} />}
    >
      <div className="max-w-sm">
        <Field name="name" label="Name" hint="So that you can tell your devices apart." required>
          <Input defaultValue={others.length ? "" : "My phone"} maxLength={100} autoComplete="off" />
        </Field>
      </div>
    </EnrolSteps>
  );
}

function Choices({ others }: { others: { id: string; name: string }[] }) {
  return (
    <>
      {others.length > 0 && (
        <div className="max-w-sm">
          <Field name="replaces" label="Takes the place of" hint="The old one goes once the new one works.">
            <Select defaultValue="">
              <option value="">None: keep them all</option>
              {others.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
        </div>
      )}
      <Checkbox
        name="endOtherSessions"
        label="End my other sessions"
        description="They were signed in without this factor."
        defaultChecked
      />
    </>
  );
}
