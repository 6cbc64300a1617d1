"use server";

import { action } from "#lib/http/next/action.ts";
import { cancelEmail as cancelEmailOperation } from "#lib/people/email/cancel.ts";
import { changeEmail as changeEmailOperation } from "#lib/people/email/change.ts";
import { resendEmail as resendEmailOperation } from "#lib/people/email/resend.ts";

export const changeEmail = action(changeEmailOperation);
export const resendEmail = action(resendEmailOperation);
export const cancelEmail = action(cancelEmailOperation);
