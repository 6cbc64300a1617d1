"use server";

import * as email from "#lib/email.ts";
import { action } from "#lib/http/next/action.ts";

export const changeEmail = action(email.changeEmail);
export const resendEmail = action(email.resendEmail);
export const cancelEmail = action(email.cancelEmail);
