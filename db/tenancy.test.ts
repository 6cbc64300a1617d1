import { beforeAll, expect, test } from "vitest";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { type Db, transaction, withTenant } from "./client.ts";
import { groupRoles, groups, userRoles } from "./schema/access.ts";

let cast: Cast;
let foreign: string;

beforeAll(async () => {
  cast = await openStage();
  const values = [cast.there, "Theirs"];
  const [made] = await sql<{ id: string }>(
    "insert into roles (account_id, name, permissions) values ($1, $2, '{}') returning id",
    ...values,
  );
  foreign = made?.id ?? "";
});

const here = (work: (tx: Db) => Promise<unknown>) => transaction((tx) => withTenant(tx, [cast.here], work));

test("a person is not given a role of another account", async () => {
  const given = here((tx) => tx.insert(userRoles).values({ userId: cast.ben.id, roleId: foreign }));
  await expect(given).rejects.toMatchObject({ cause: { constraint: "user_roles_in_account" } });
});

test("a group is not given a role of another account", async () => {
  const given = here(async (tx) => {
    const [group] = await tx.insert(groups).values({ accountId: cast.here, name: "Ours" }).returning();
    await tx.insert(groupRoles).values({ groupId: group?.id ?? "", accountId: cast.here, roleId: foreign });
  });
  await expect(given).rejects.toMatchObject({ cause: { constraint: "group_roles_in_account" } });
});

test("a person of another account is not given a role", async () => {
  const given = here((tx) => tx.insert(userRoles).values({ userId: cast.dan.id, roleId: foreign }));
  await expect(given).rejects.toMatchObject({ cause: { code: "42501" } });
});
