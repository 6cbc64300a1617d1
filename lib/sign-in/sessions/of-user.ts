import { z } from "zod";
import { requireSameAccount } from "#lib/access/over/colleague.ts";
import { requireMayStop } from "#lib/access/over/override.ts";
import { accountId } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endEverywhere } from "../everywhere.ts";
import { endOf, liveSessions, sessionId, sessionList, sessionUserId } from "./list.ts";

/** The sessions of somebody of the own account, for their administrator. */
export const listSessionsOf = defineOperation({
  name: "users.list_sessions",
  summary: "List the sessions of a person of your account",
  route: "GET /users/{userId}/sessions",
  allow: "get:user",
  input: z.strictObject({ userId: sessionUserId, accountId }),
  output: sessionList,

  async run({ actor, tx, tenant }, { userId }) {
    await requireSameAccount(tx, tenant, userId);
    return { items: await liveSessions(tx, userId, actor.credential.id) };
  },
});

/** Ends one session of somebody of the own account. */
export const endSessionOf = defineOperation({
  name: "users.end_session",
  summary: "End a session of a person of your account",
  route: "DELETE /users/{userId}/sessions/{id}",
  allow: "update:user",
  stepUp: "always",
  by: "session",
  override: "override:user",
  input: z.strictObject({ userId: sessionUserId, id: sessionId, accountId }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.userId, details: { session: input.id } }),

  async run({ actor, tx, tenant, caller }, { userId, id }) {
    await requireSameAccount(tx, tenant, userId);
    await requireMayStop({ actor, tx, tenant, caller }, userId, { did: "ended a session of" });
    await endOf(tx, userId, id);
    return {};
  },
});

/** Ends every session of somebody of the own account, and every sign-in of theirs under way. */
export const endSessionsOfUser = defineOperation({
  name: "users.end_sessions",
  summary: "End all sessions of a person of your account",
  route: "DELETE /users/{userId}/sessions",
  allow: "update:user",
  stepUp: "always",
  by: "session",
  override: "override:user",
  input: z.strictObject({ userId: sessionUserId, accountId }),
  output: z.object({ endedSessions: z.int() }),
  audit: ({ input, output }) => ({ target: input.userId, details: output }),
  notify: ({ input, output }) => (output.endedSessions ? endedByAdministrator(input.userId) : null),

  async run({ actor, tx, tenant, caller }, { userId }) {
    await requireSameAccount(tx, tenant, userId);
    await requireMayStop({ actor, tx, tenant, caller }, userId, { did: "ended every session of" });
    return { endedSessions: await endEverywhere(tx, userId) };
  },
});

const endedByAdministrator = (userId: string): Notice => ({
  userId,
  event: "sessions_ended",
  subject: "Your sessions were ended",
  paragraphs: ["An administrator of your account ended all your sessions. Sign in again to go on."],
});
