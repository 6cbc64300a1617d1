"use server";

import { action } from "#lib/http/next/action.ts";
import {
  endOneSession as endOneSessionOperation,
  endOthers as endOthersOperation,
} from "#lib/sign-in/sessions/end-others.ts";

export const endOneSession = action(endOneSessionOperation);
export const endOthers = action(endOthersOperation);
