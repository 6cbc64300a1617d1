"use server";

import { action } from "#lib/http/next/action.ts";
import * as email from "#lib/people/email/operations.ts";

export const changeEmail = action(email.changeEmail);
export const resendEmail = action(email.resendEmail);
export const cancelEmail = action(email.cancelEmail);
