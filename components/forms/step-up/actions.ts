"use server";

import { redirect } from "next/navigation";
import { keep } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import { ownPath } from "#lib/http/next/page.ts";
import * as steps from "#lib/sign-in/step-up.ts";

/** Proves who one is, in a dialog over the page: the browser goes on under the new secret of its session. */
export const stepUp = action(
  steps.stepUp,
  async ({ token, freshUntil }) => {
    await keep(token);
    return { freshUntil };
  },
  filled,
);

/** The same on a page of its own, from which one goes back to where one came from. */
export const stepUpAndReturn = action(
  steps.stepUp,
  async ({ token }, _, form) => {
    await keep(token);
    redirect(ownPath(form.get("$return_to")));
  },
  filled,
);

export const endStepUp = action(steps.endStepUp);
