import { z } from "zod";
import { instant } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { effective } from "#lib/core/permissions.ts";

/** Who am I, until when, what may I: the answer for any live credential. Asks the database nothing more. */
export const verifyToken = defineOperation({
  name: "tokens.verify",
  summary: "Ask who a credential speaks for, until when, and what it may do",
  route: "GET /tokens/verify",
  allow: "verify:credential",
  about: "credential",
  input: z.strictObject({}),
  output: z.object({
    kind: z.enum(["token", "session", "api_user"]),
    id: z.uuid().meta({ description: "The id of the token or session" }),
    name: z.string().nullable().meta({ description: "A token's name" }),
    owner: z.object({ id: z.uuid(), username: z.string(), fullName: z.string(), email: z.string() }),
    account: z.object({ id: z.string(), name: z.string() }),
    scopes: z.array(z.string()).nullable().meta({ description: "null: a session is not limited by scopes" }),
    permissions: z
      .record(z.string(), z.enum(["allowed", "denied"]))
      .meta({ description: "Scopes cut with the owner's present rights; denied beats allowed" }),
    expiresAt: instant.nullable(),
  }),

  async run({ actor }) {
    const { credential } = actor;
    return {
      kind: credential.kind,
      id: credential.id,
      name: credential.kind === "token" ? credential.name : null,
      owner: { id: actor.id, username: actor.username, fullName: actor.fullName, email: actor.email },
      account: { id: actor.accountId, name: actor.accountName },
      scopes: credential.kind === "token" ? credential.scopes : null,
      permissions: effective(actor.grants, actor.limits),
      expiresAt: credential.expiresAt?.toISOString() ?? null,
    };
  },
});
