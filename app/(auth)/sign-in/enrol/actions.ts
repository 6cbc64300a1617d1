"use server";

import { enter } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";
import { ownPath } from "#lib/http/next/page.ts";
import { keepPendingSignIn, pendingChallenge } from "#lib/http/pending-sign-in.ts";
import {
  beginEnrolment as beginEnrolmentOperation,
  finishEnrolment as finishEnrolmentOperation,
} from "#lib/sign-in/enrolment.ts";

const withChallenge = async (input: Record<string, unknown>) => ({ ...input, challenge: await pendingChallenge() });

export const beginEnrolment = action(
  beginEnrolmentOperation,
  async ({ id, secret, uri }) => ({ id, secret, uri }),
  withChallenge,
);

/** Signs in as soon as the code fits, so that there is all the time to keep the recovery codes. */
export const finishEnrolment = action(
  finishEnrolmentOperation,
  async ({ recoveryCodes, ...step }, caller, form) => {
    if (step.ticket) await enter(step.ticket, caller);
    else await keepPendingSignIn(step);
    const returnTo = ownPath(form.get("$return_to"));
    const isOver = step.next === "ticket";
    const onward = isOver ? returnTo : `/sign-in/new-password?${new URLSearchParams({ return_to: returnTo })}`;
    return { recoveryCodes: recoveryCodes ?? [], onward };
  },
  withChallenge,
);
