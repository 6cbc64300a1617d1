"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/doors/action.ts";
import { keep } from "#lib/doors/auth.ts";
import { filled } from "#lib/doors/form.ts";
import { ownPath } from "#lib/doors/page.ts";
import * as steps from "#lib/step-up.ts";

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
