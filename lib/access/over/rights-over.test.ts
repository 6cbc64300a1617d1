import { beforeAll, describe, expect, test } from "vitest";
import { administrativeIn } from "#lib/core/delegation.ts";
import { permissionInWords, permissionsInWords } from "#lib/core/permission-words.ts";
import { lockUser } from "#lib/people/users/lock.ts";
import { account, openStage, type Person, person } from "#tests/cast.ts";
import { allow, by, deny, give, holder, roleRow } from "#tests/rights.ts";

let place: string;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  place = await account("Own");
  await person(place, ["Administrator"]);
});

const lock = (actor: Person, { id }: Person) => by(actor, lockUser, { userId: id, reason: "Lost phone" });
const isLocked = (actor: Person, target: Person) =>
  lock(actor, target).then(
    () => true,
    ({ code }) => code !== "privilege_escalation" && code,
  );

describe("administrative rights", () => {
  const desk = { "admin:own:*:user": "allowed" };

  test.each([
    ["the same pattern", desk, desk, true],
    ["a narrower one", desk, allow("admin:own:get:user"), true],
    ["a wider one", desk, allow("admin:*:*:user"), false],
    ["a pattern over every service", desk, allow("*:own:list:*"), false],
    ["what a denial takes back", desk, { ...allow("admin:own:*:*"), ...deny("admin:own:*:role") }, false],
    [
      "a wide one of which a denial leaves what is held",
      desk,
      { "*:*:*:*": "denied", ...allow("admin:own:*:*") },
      true,
    ],
    ["a pattern that nobody understands denied", desk, { ...allow("admin:own:*:*"), "a:b": "denied" }, true],
    ["managed accounts", desk, allow("admin:managed:get:user"), false],
    [
      "a managed account by its number",
      allow("admin:own:*:user", "admin:managed:*:*"),
      allow("admin:12345678:get:role"),
      true,
    ],
    ["another product", desk, allow("pro:own:*:*"), true],
    ["one's own things", desk, allow("portal:own:*:token"), true],
    ["a pattern of no place", desk, allow("admin::get:role"), true],
    ["what is denied to oneself", { ...desk, ...deny("admin:own:delete:user") }, allow("admin:own:delete:user"), false],
    [
      "what is denied to both",
      { ...desk, ...deny("admin:own:delete:user") },
      { ...desk, ...deny("admin:own:delete:user") },
      true,
    ],
  ])("of somebody who holds %s", async (_, own, theirs, may) => {
    const [actor, target] = [await holder(place, own as object as Record<string, string>), await holder(place, theirs)];
    expect(await isLocked(actor, target)).toBe(may);
  });

  test("are those of all roles together: what one denies, no other gives", async () => {
    const [actor, target] = [await holder(place, desk), await holder(place, allow("admin:own:*:*"))];
    expect(await isLocked(actor, target)).toBe(false);
    await give(target.id, await roleRow(place, deny("admin:own:*:*")));
    expect(await isLocked(actor, target)).toBe(true);
  });

  test("are cut out of wider patterns", () => {
    expect(administrativeIn({ "*:own:list:*": "allowed", "pro:own:*:*": "allowed", nonsense: "denied" })).toEqual({
      "admin:own:list:*": "allowed",
      "admin:*:*:*": "denied",
    });
  });
});

test("a refusal says in plain words what is missing", async () => {
  const actor = await holder(place, allow("admin:own:update:user"));
  const target = await holder(place, allow("admin:own:delete:user", "admin:managed:*:api_user"));
  await expect(lock(actor, target)).rejects.toThrow(
    "They hold rights that you do not: delete users, do everything with api users in managed accounts. Ask somebody who holds as much as they do.",
  );
});

describe("a permission in words", () => {
  test.each([
    ["*:*:*:*", "do everything"],
    ["admin:own:delete:user", "delete users"],
    ["admin:own:list:audit", "list the audit log"],
    ["admin:managed:*:role", "do everything with roles in managed accounts"],
    ["admin:12345678:retry:mail_failure", "retry failed e-mails in account 12345678"],
    ["pro:own:*:*", "do everything in pro"],
    ["portal:own:list:*", "list everything"],
  ])("%s is %s", (pattern, words) => expect(permissionInWords(pattern)).toBe(words));

  test("is one of a few, and the others are counted", () => {
    const many = ["get", "list", "create", "update", "delete", "lock"].map((action) => `admin:own:${action}:user`);
    expect(permissionsInWords(many)).toBe("get users, list users, create users, update users, delete users and 1 more");
  });
});
