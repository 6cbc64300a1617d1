"use server";

import { action, type FormAction } from "#lib/http/next/action.ts";
import { tryOut } from "#lib/http/next/try-out.ts";
import { createToken as createTokenOperation } from "#lib/tokens/create.ts";
import type { Token } from "#lib/tokens/token.ts";
import { verifyToken } from "#lib/tokens/verify.ts";
import { boundsOfForm } from "../bounds.ts";
import { instantOf } from "./expiry.ts";

const create = action(createTokenOperation, undefined, withInstants);

/** Makes a token; the choice of an end comes back as it was made when there is something to mend. */
export const createToken: FormAction<Token & { secret: string }> = async (state, form) => {
  const answer = await create(state, form);
  if (answer.status !== "refused") return answer;
  const picked = ["expiresIn", "expiresOn", "startsOn"].map((name) => chosen(form, name));
  return { ...answer, values: Object.assign({}, answer.values, ...picked) };
};

/** Asks who a secret is, as the program that will hold it would. */
export async function verifySecret(secret: string) {
  return tryOut(verifyToken, secret);
}

/** A form without scripts knows no zone: its dates and times are UTC. */
function withInstants({ expiresIn, expiresOn, startsOn, ...given }: Record<string, unknown>) {
  const rest: Record<string, unknown> = boundsOfForm(given);
  const input = startsOn ? { ...rest, startsAt: instantOf("custom", rest.startsAt, startsOn) } : rest;
  return expiresIn === undefined ? input : { ...input, expiresAt: instantOf(expiresIn, rest.expiresAt, expiresOn) };
}

function chosen(form: FormData, name: string): Record<string, string> {
  const value = form.get(name);
  return typeof value === "string" ? { [name]: value } : {};
}
