import { redirect } from "next/navigation";
import { execute } from "#lib/core/operation.ts";
import { keep } from "#lib/doors/auth.ts";
import { pageCaller } from "#lib/doors/page.ts";
import { endImpersonation } from "#lib/impersonation.ts";
import { pageOf } from "../(portal)/impersonated-page.ts";

/**
 * Where every page leads whoever acted as somebody until the hour was over: on in the own session, without signing in. A
 * link that anybody sends does no more than that, and nothing while the hour lasts.
 */
export async function GET(): Promise<never> {
  const caller = await pageCaller();
  const actor = await caller.who().catch(() => null);
  if (!actor?.impersonator?.over) redirect("/");
  const { output } = await execute(endImpersonation, caller, {});
  await keep(output.token);
  redirect(pageOf(actor, "over"));
}
