"use client";

import { EnrolSteps } from "#components/forms/enrol/steps.tsx";
import { Checkbox } from "#components/ui/choice.tsx";
import { addAuthenticator, confirmAuthenticator } from "../actions.ts";

/** One new authenticator in place of everything. */
export function ResetFactors() {
  return (
    <EnrolSteps
      begin={addAuthenticator}
      finish={confirmAuthenticator}
      finishing={{ replacesAll: "true", endOtherSessions: "true" }}
      label="Set up the new app"
      finishLabel="Replace everything"
    >
      <input type="hidden" name="name" value="Authenticator" />
      <Checkbox name="$understood" label="I understand that all of this goes" required />
    </EnrolSteps>
  );
}
