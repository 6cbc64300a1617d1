"use server";

import { redirect } from "next/navigation";
import { Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/operation.ts";
import { leave } from "#lib/doors/auth.ts";
import { pageCaller } from "#lib/doors/page.ts";
import { endSession } from "#lib/sessions.ts";

/** Ends the session and takes its cookie away. One that is over already needs no ending. */
export async function signOut() {
  const isOver = (thrown: unknown) => thrown instanceof Refusal && thrown.status === 401;
  await execute(endSession, await pageCaller("POST"), {}).catch((thrown) => {
    if (!isOver(thrown)) throw thrown;
  });
  await leave();
  redirect("/sign-in?signed-out");
}
