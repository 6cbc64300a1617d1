"use client";

import { EnrolSteps } from "#components/enrol/steps.tsx";
import { addAuthenticator, confirmAuthenticator } from "./actions.ts";

/** One new authenticator in place of everything. */
export function ResetFactors() {
  return (
    <EnrolSteps
      begin={addAuthenticator}
      finish={confirmAuthenticator}
      fields={{ name: "Authenticator", replacesAll: "true", endOtherSessions: "true" }}
      label="Replace everything"
    />
  );
}
