"use server";

import { action } from "#lib/http/next/action.ts";
import * as list from "#lib/sign-in/sessions/list.ts";

export const endOneSession = action(list.endOneSession);
export const endOthers = action(list.endOthers);
