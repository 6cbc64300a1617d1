"use client";

import { EnrolSteps } from "#components/forms/enrol/steps.tsx";
import { beginEnrolment, finishEnrolment } from "./actions.ts";

/** Setting up an authenticator as a step of signing in. */
export function Enrolment({ goOn }: { goOn: string }) {
  return <EnrolSteps begin={beginEnrolment} finish={finishEnrolment} fields={{ $return_to: goOn }} />;
}
