import { redirect } from "next/navigation";
import { fewCodes } from "#components/forms/enrol/few-codes.ts";
import { execute } from "#lib/core/execute.ts";
import { enter } from "#lib/http/auth.ts";
import type { KnownCaller } from "#lib/http/callers.ts";
import { ownPath, pageCaller } from "#lib/http/next/page.ts";
import { keepPendingSignIn } from "#lib/http/pending-sign-in.ts";
import { getFactors } from "#lib/sign-in/factors/get.ts";

/** What a step of signing in answers, as far as the pages go by it. */
type Step = { next: string; ticket?: string };

const pages: Record<string, string> = { code: "mfa", enrol: "enrol", "new-password": "new-password" };

/** Goes where a step leads: into the portal with its ticket, or to the page of what is still missing. */
export async function goOn(step: Step, caller: KnownCaller, form: FormData): Promise<never> {
  const goal = ownPath(form.get("$return_to"));
  if (step.ticket) {
    await enter(step.ticket, caller);
    const isRunningOut = form.get("recoveryCode") && (await hasFewCodes());
    redirect(isRunningOut ? `/recovery-codes?${new URLSearchParams({ return_to: goal })}` : goal);
  }
  const { next } = await keepPendingSignIn(step);
  redirect(`/sign-in/${pages[next]}?${new URLSearchParams({ return_to: goal })}`);
}

/** Asked as who has just come in. */
async function hasFewCodes(): Promise<boolean> {
  const { output } = await execute(getFactors, await pageCaller(), {});
  return fewCodes(output).isFew;
}
