import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { authenticators } from "#db/schema/factors.ts";
import { notFound } from "#lib/core/errors.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { unchanged } from "#lib/core/unchanged.ts";
import { authenticatorId, called, working } from "./authenticators.ts";

/** Calls an authenticator something else. */
export const renameAuthenticator = defineOperation({
  name: "authenticators.rename",
  summary: "Rename an authenticator",
  route: "PATCH /me/authenticators/{id}",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  input: z.strictObject({ id: authenticatorId, name: called }),
  output: z.object({ id: authenticatorId, name: z.string() }),
  audit: ({ input }) => ({ target: input.id, details: { name: input.name } }),

  async run({ actor, tx }, { id, name }) {
    const own = and(working(actor.id), eq(authenticators.id, id));
    const [found] = await tx.select({ name: authenticators.name }).from(authenticators).where(own).for("no key update");
    if (!found) throw notFound("authenticator");
    if (found.name === name) return unchanged({ id, name });
    await tx.update(authenticators).set({ name }).where(own);
    return { id, name };
  },
});
