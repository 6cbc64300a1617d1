import { sql } from "drizzle-orm";
import { z } from "zod";
import { users } from "#db/schema/users.ts";
import type { Caller } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { canonicalAddress } from "#lib/core/limit-keys.ts";
import { spend } from "#lib/core/limits.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { completeSignIn, openedSession } from "./complete-sign-in.ts";
import { lockPerson, requireMaySignIn } from "./people.ts";
import { dropSession } from "./sessions/operations.ts";
import { nextRequirement } from "./steps.ts";
import { takeTicket, userOfTicket } from "./tickets.ts";

/** Last step: the ticket is traded, once, for a session that carries the factors proven. */
export const redeemTicket = defineOperation({
  name: "sign_in.ticket",
  summary: "Trade a sign-in ticket for a session",
  route: "POST /sign-in/ticket",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  input: z.strictObject({
    ticket: z.string().max(100).meta({ description: "The ticket of a finished sign-in" }),
    kind: z.enum(["browser", "api"]).default("api").meta({ description: "What will hold the session" }),
  }),
  output: openedSession.extend({
    device: z.string().optional().meta({ secret: true, description: "By this, the browser is known again" }),
  }),
  audit: ({ output }) => ({ actor: output.user, target: output.user.id }),

  async run({ actor, tx, caller }, { ticket, kind }) {
    // The person first, then the ticket: in the order of whatever ends their tickets.
    const [user] = await lockPerson(tx, sql`${users.id} = ${userOfTicket(ticket)}`);
    const taken = user && (await takeTicket(tx, ticket));
    if (!taken) throw await badTicket(caller);
    requireMaySignIn(user, taken.factors);
    // What was enough when the ticket was earned may not be any more.
    if (await nextRequirement(tx, user, taken.factors)) throw new Refusal("invalid_credentials", "Sign in again.");
    if (actor && kind === "browser") await dropSession(tx, actor);
    return completeSignIn(tx, caller, user, { kind, factors: taken.factors });
  },
});

// Counted once it did not fit: a ticket is not to be guessed, and nobody at the same address has to wait for it.
async function badTicket({ address }: Caller): Promise<Refusal> {
  await spend({ name: "ticket", points: 60, seconds: 60 }, canonicalAddress(address));
  return new Refusal("invalid_credentials", "This ticket is used up or too old. Sign in again.");
}
