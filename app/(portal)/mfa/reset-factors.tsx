"use client";

import { EnrolSteps } from "#components/enrol/steps.tsx";
import { addAuthenticator, confirmAuthenticator } from "./actions.ts";

/** One new authenticator in place of everything. */
export function ResetFactors() {
  return (
    <EnrolSteps
      begin={addAuthenticator}
      finish={confirmAuthenticator}
      finishing={{ replacesAll: "true", endOtherSessions: "true" }}
      label="Replace everything"
    >
      <input type="hidden" name="name" value="Authenticator" />
    </EnrolSteps>
  );
}
