import { eq } from "drizzle-orm";
import { z } from "zod";
import { users } from "#db/schema/users.ts";
import { notAudited } from "#lib/core/audit.ts";
import { Refusal } from "#lib/core/errors.ts";
import { lookAtLink, takeLink } from "#lib/core/links.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { forgetDevices } from "./devices.ts";
import { endEverywhere } from "./everywhere.ts";
import { linkBudget, linkInput, linkOwner, userOfMailedLink } from "./mailed-links.ts";

/** Looks at a link that disowns a sign-in, without using it up. */
export const checkDisown = defineOperation({
  name: "sign_in.check_disown",
  summary: "Ask what a link that disowns a sign-in is for",
  route: "POST /sign-in/not-me/check",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  limit: linkBudget,
  input: linkInput,
  output: z.object({
    user: linkOwner.nullable().meta({ description: "Whose sign-in it was; null when the link is used up or too old" }),
  }),
  audit: notAudited,

  async run({ tx }, { link }) {
    const found = await lookAtLink(tx, "not-me", link);
    return { user: found ? await userOfMailedLink(tx, found.userId) : null };
  },
});

/** "This was not me", from the mail about a new device: every session ends and every device is forgotten. */
export const disownSignIn = defineOperation({
  name: "sign_in.disown",
  summary: "Say that a sign-in was not yours: every session of yours ends",
  route: "POST /sign-in/not-me",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  endsOwn: true,
  limit: { name: "not_me", points: 20, seconds: 3600 },
  input: z.strictObject({ link: z.string().max(100).meta({ description: "The secret of the link in the mail" }) }),
  output: z.object({ endedSessions: z.int(), user: z.object({ id: z.uuid(), accountId: z.string() }) }),
  audit: ({ output }) => ({
    actor: output.user,
    target: output.user.id,
    details: { endedSessions: output.endedSessions },
  }),

  async run({ tx }, { link }) {
    const taken = await takeLink(tx, "not-me", link);
    if (!taken) throw new Refusal("link_expired");
    const { userId } = taken;
    const [user] = await tx
      .select({ id: users.id, accountId: users.accountId })
      .from(users)
      .where(eq(users.id, userId));
    if (!user) throw new Refusal("link_expired");
    const endedSessions = await endEverywhere(tx, userId);
    await forgetDevices(tx, userId);
    return { endedSessions, user };
  },
});
