"use server";

import { action } from "#lib/doors/action.ts";
import * as email from "#lib/email.ts";

export const changeEmail = action(email.changeEmail);
export const resendEmail = action(email.resendEmail);
export const cancelEmail = action(email.cancelEmail);
