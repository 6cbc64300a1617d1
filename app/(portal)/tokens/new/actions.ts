"use server";

import { action, type FormAction } from "#lib/doors/action.ts";
import { tryOut } from "#lib/doors/try-out.ts";
import type { Token } from "#lib/tokens/list.ts";
import * as tokens from "#lib/tokens.ts";
import { boundsOfForm } from "../bounds.ts";
import { endOf } from "./expiry.ts";

const create = action(tokens.createToken, undefined, withInstant);

/** Makes a token; the choice of an end comes back as it was made when there is something to mend. */
export const createToken: FormAction<Token & { secret: string }> = async (state, form) => {
  const answer = await create(state, form);
  if (answer.status !== "refused") return answer;
  return { ...answer, values: { ...answer.values, ...chosen(form, "expiresIn"), ...chosen(form, "expiresOn") } };
};

/** Asks who a secret is, as the program that will hold it would. */
export async function verifySecret(secret: string) {
  return tryOut(tokens.verifyToken, secret);
}

/** A form without scripts knows no zone: its date and time are UTC. */
function withInstant({ expiresIn, expiresOn, ...given }: Record<string, unknown>) {
  const input = boundsOfForm(given);
  if (expiresIn === undefined) return input;
  const instant = String(input.expiresAt || `${expiresOn}Z`);
  const end = endOf({ choice: String(expiresIn), instant });
  return { ...input, expiresAt: end === undefined ? "" : end };
}

function chosen(form: FormData, name: string): Record<string, string> {
  const value = form.get(name);
  return typeof value === "string" ? { [name]: value } : {};
}
