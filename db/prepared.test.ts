import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { openStage } from "#tests/cast.ts";
import { primary, reader, transaction } from "./client.ts";
import { prepared } from "./prepared.ts";
import { users } from "./schema/users.ts";

const rename = prepared("test-rename", (db) =>
  db
    .update(users)
    .set({ fullName: sql`${sql.placeholder("name")}` })
    .where(eq(users.id, sql.placeholder("id")))
    .returning({ name: users.fullName }),
);

const nameOf = prepared("test-name", (db) =>
  db
    .select({ name: users.fullName })
    .from(users)
    .where(eq(users.id, sql.placeholder("id"))),
);

test("a prepared query belongs to the transaction it is run in", async () => {
  const { ben } = await openStage();
  const [before] = await nameOf(primary(), ben);
  const undone = transaction(async (tx) => {
    expect(await rename(tx, { ...ben, name: "Undone" })).toEqual([{ name: "Undone" }]);
    expect(await nameOf(tx, ben)).toEqual([{ name: "Undone" }]);
    expect(await nameOf(primary(), ben)).toEqual([before]);
    throw new Error("no");
  });
  await expect(undone).rejects.toThrow("no");
  await transaction((tx) => rename(tx, { ...ben, name: "Done" }));
  expect(await nameOf(reader(), ben)).toEqual([{ name: "Done" }]);
});
