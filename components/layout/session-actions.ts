"use server";

import { redirect } from "next/navigation";
import { inAccount } from "#components/layout/acting-account.ts";
import type { Actor } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import { keep, leave } from "#lib/http/auth.ts";
import { pageCaller } from "#lib/http/next/page.ts";
import { noteFor } from "#lib/http/notes.ts";
import { endImpersonation } from "#lib/people/end-impersonation.ts";
import { endSession } from "#lib/sign-in/sessions/operations.ts";

/**
 * Ends the session, takes its cookie away and has the browser forget what it kept. One that is over already needs no
 * ending.
 */
export async function signOut() {
  const isOver = (thrown: unknown) => thrown instanceof Refusal && thrown.status === 401;
  const caller = await pageCaller("POST");
  await execute(endSession, caller, {}).catch((thrown) => {
    if (!isOver(thrown)) throw thrown;
  });
  await leave();
  noteFor(caller.requestId, "signed-out");
  redirect("/sign-in?signed-out");
}

/** Stops acting as somebody else: this browser goes on in the own session. One that is over leads to sign in. */
export async function stopImpersonation() {
  const isOver = (thrown: unknown) => thrown instanceof Refusal && [401, 409].includes(thrown.status);
  const done = await execute(endImpersonation, await pageCaller("POST"), {}).catch((thrown) => {
    if (!isOver(thrown)) throw thrown;
  });
  if (done) await keep(done.output.token);
  redirect(done?.actor ? pageOf(done.actor) : "/");
}

/** The page of somebody in the administrators' part, in their account. */
function pageOf({ id, accountId, impersonator }: Actor): string {
  return inAccount(`/users/${id}`, accountId === impersonator?.accountId ? undefined : accountId);
}
