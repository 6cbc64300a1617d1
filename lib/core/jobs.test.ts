import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { primary } from "#db/client.ts";
import { links } from "#db/schema/users.ts";
import { openStage } from "#tests/cast.ts";
import { boss } from "#tests/mailbox.ts";
import { failureOf } from "./jobs.ts";

beforeAll(async () => {
  await openStage();
});

test("what a job failed of says nothing of the values of its statement, and can be kept", async () => {
  const secretHash = Buffer.from("a\0secret");
  const link = {
    secretHash,
    userId: randomUUID(),
    purpose: "reset",
    mailId: randomUUID(),
    expiresAt: new Date(),
  } as const;
  const error = await primary()
    .insert(links)
    .values(link)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  expect(String(error)).toContain("\0secret");
  const { message } = failureOf(error);
  expect(message).toMatch(/^insert or update on table "links" violates foreign key constraint/);
  const id = String(await boss().send("notice", {}));
  await boss().fetch("notice", { batchSize: 100 });
  await boss().fail("notice", id, failureOf(new Error("a\0secret")));
  expect(await boss().findJobs("notice", { id })).toMatchObject([{ output: { message: "asecret" } }]);
});
