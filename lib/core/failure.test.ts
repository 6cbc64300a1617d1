import { randomUUID } from "node:crypto";
import { DrizzleQueryError } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { primary } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { openStage } from "#tests/cast.ts";
import { tellFailure } from "./failure.ts";

beforeAll(async () => {
  await openStage();
});

const secret = "eve@elsewhere.example";

const wrong: [what: string, values: Partial<typeof users.$inferInsert>][] = [
  ["a row that refers to nothing", { email: secret, accountId: "99999999" }],
  ["a datum of another kind", { id: secret }],
];

test.each(wrong)("%s is told without the values of its statement", async (_, values) => {
  const row = { id: randomUUID(), accountId: "10000001", username: "eve", fullName: "Eve", email: secret, ...values };
  const error = await primary()
    .insert(users)
    .values(row)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  expect(String(error)).toContain(secret);
  for (const thrown of [error, new Error("it failed", { cause: error })])
    expect(JSON.stringify(tellFailure(thrown))).not.toContain(secret);
});

test("a statement of which nobody says why it failed is told without its text", () => {
  const error = new DrizzleQueryError(`insert into links values ('${secret}')`, [secret]);
  expect(JSON.stringify(tellFailure(error))).not.toContain(secret);
});

test("what began it is told, and where it failed", () => {
  const root = Object.assign(new TypeError("the line broke"), { code: "ECONNRESET" });
  const told = tellFailure(new Error("it failed", { cause: new Error("still", { cause: root }) }));
  expect(told).toMatchObject({ type: "TypeError", message: "the line broke", code: "ECONNRESET" });
  expect(told.stack).toMatch(/^ {4}at .*failure\.test\.ts/);
});

test("a link that a mail server quotes is masked, and what Postgres cannot keep is left out", () => {
  expect(tellFailure(new Error("554 spam: https://x/reset-password/lk_lnk_abc\0")).message).toBe(
    "554 spam: https://x/reset-password/lk_…",
  );
  expect(tellFailure("a secret word")).toEqual({ type: "string", message: "string" });
});
