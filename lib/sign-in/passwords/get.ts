import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";
import { notFound } from "#lib/core/errors.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { passwordRules, passwordSince, rulesColumns } from "./policy.ts";

/** What the own account asks of a new password, and until when the present one may be used. */
export const getPassword = defineOperation({
  name: "password.get",
  summary: "Read what your account asks of passwords, and when yours was changed",
  route: "GET /me/password",
  allow: "signed-in",
  input: z.strictObject({}),
  output: z.object({
    rules: passwordRules,
    changedAt: instant.nullable(),
    dueAt: instant.nullable().meta({ description: "Signing in asks for another one from then on; null: never" }),
  }),

  async run({ actor, tx }) {
    const age = sql`make_interval(days => ${accounts.passwordMaxAgeDays})`;
    const [own] = await tx
      .select({
        rules: rulesColumns,
        changedAt: users.passwordChangedAt,
        dueAt: sql`${passwordSince} + ${age}`.mapWith(users.passwordChangedAt),
      })
      .from(users)
      .innerJoin(accounts, eq(accounts.id, users.accountId))
      .where(eq(users.id, actor.id));
    if (!own) throw notFound("user");
    return { ...own, changedAt: wire(own.changedAt), dueAt: wire(own.dueAt) };
  },
});
