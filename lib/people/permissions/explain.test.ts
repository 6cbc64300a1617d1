import { beforeAll, describe, expect, test } from "vitest";
import { primary } from "#db/client.ts";
import { rolesHeldBy } from "#lib/access/roles/grants.ts";
import { verdict } from "#lib/core/actor.ts";
import { everyPermission } from "#lib/core/catalogue.ts";
import { execute } from "#lib/core/execute.ts";
import { operations } from "#lib/operations.ts";
import { account, type Cast, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, tokenOf } from "#tests/credentials.ts";
import { allow, by, deny, give, groupRow, holder, roleRow } from "#tests/rights.ts";
import { explainPermission } from "./explain.ts";
import { rule } from "./rule.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
});

const explain = (input: object, who = cast.ada) => by(who, explainPermission, input);

const needing = (asked: string) => operations.find(({ allow }) => allow === asked) ?? asked;

describe("an explanation", () => {
  test("names the role that allows it, and the group it comes through", async () => {
    const eve = await person(cast.here, []);
    const roleId = await roleRow(cast.here, allow("admin:own:*:user"), "Desk");
    const groupId = await groupRow(cast.here, [eve.id], [roleId]);
    expect(await explain({ userId: eve.id, permission: "create:user" })).toMatchObject({
      allowed: true,
      reason: "allowed",
      permission: "admin:own:create:user",
      sentence: expect.stringMatching(
        /^Yes: the entry admin:own:\*:user of the role Desk, held through the group .+, allows it\.$/,
      ),
      allowances: [
        {
          role: { id: roleId, name: "Desk" },
          pattern: "admin:own:*:user",
          direct: false,
          groups: [{ id: groupId }],
        },
      ],
      denials: [],
    });
  });

  test("names every denial, and that it beats the allowances", async () => {
    const eve = await holder(cast.here, allow("*:*:*:*"));
    await give(eve.id, await roleRow(cast.here, deny("admin:own:delete:*"), "No deleting"));
    const answer = await explain({ userId: eve.id, permission: "delete:user" });
    expect(answer).toMatchObject({ allowed: false, reason: "denied", allowances: [{ pattern: "*:*:*:*" }] });
    expect(answer.denials).toMatchObject([{ role: { name: "No deleting" }, direct: true }]);
    expect(answer.sentence).toMatch(/^No: the entry admin:own:delete:\* of the role No deleting denies it/);
  });

  test("says that nothing allows it", async () => {
    const answer = await explain({ userId: cast.ben.id, permission: "create:user" });
    expect(answer).toMatchObject({ allowed: false, reason: "not_granted", allowances: [], denials: [] });
  });

  test("knows what everyone may", async () => {
    const answer = await explain({ userId: cast.cleo.id, permission: "verify:credential" });
    expect(answer).toMatchObject({ allowed: true, allowances: [{ role: { id: null, name: "Everyone" } }] });
  });

  test("knows what every person may, and that a role's denial stands above it", async () => {
    const eve = await person(cast.here, []);
    const ask = () => explain({ userId: eve.id, permission: "create:token" });
    expect(await ask()).toMatchObject({
      allowed: true,
      sentence: "Yes: the entry portal:own:*:token of the role Everyone allows it.",
      allowances: [{ role: { id: null, name: "Everyone" }, pattern: "portal:own:*:token" }],
    });
    expect(await explain({ userId: eve.id, permission: "get:user" })).toMatchObject({ reason: "not_granted" });
    await give(eve.id, await roleRow(cast.here, deny("portal:own:*:token"), "No tokens"));
    expect(await ask()).toMatchObject({ allowed: false, reason: "denied" });
  });

  test("takes other services' permissions", async () => {
    expect(await explain({ userId: cast.ben.id, permission: "pro:own:publish:app" })).toMatchObject({ allowed: true });
  });

  test("of a token counts its scopes", async () => {
    const { id: tokenId } = await tokenOf(cast.ada, ["users"]);
    expect(await explain({ tokenId, permission: "create:user" })).toMatchObject({
      allowed: true,
      carriedBy: ["users"],
    });
    const answer = await explain({ tokenId, permission: "create:role" });
    expect(answer).toMatchObject({ allowed: false, reason: "scope", carriedBy: [], byToken: { id: tokenId } });
    await sql("update tokens set ended_at = now(), ended_reason = 'revoked' where id = $1", tokenId);
    expect(await explain({ tokenId, permission: "create:user" })).toMatchObject({ reason: "token_ended" });
  });

  test("of the asking token counts its own scopes", async () => {
    const caller = callerWith(bearer((await tokenOf(cast.ada, ["roles"])).secret), "GET");
    const { output } = await execute(explainPermission, caller, { permission: "create:user" });
    expect(output).toMatchObject({ allowed: false, reason: "scope" });
  });

  test.each([
    "active = false",
    "notifications_only = true",
    "locked_until = 'infinity'",
    "locked_until = now() + interval '1 hour'",
  ])("says that who cannot sign in can do nothing: %s", async (state) => {
    const eve = await person(cast.here, ["Administrator"]);
    await sql(`update users set ${state} where id = $1`, eve.id);
    expect(await explain({ userId: eve.id, permission: "create:user" })).toMatchObject({ reason: "cannot_sign_in" });
  });

  test("of another account is about what it has agreed to", async () => {
    const managed = await account("Managed");
    const ask = (permission: string) => explain({ permission, targetAccountId: managed });
    expect(await ask("create:user")).toMatchObject({ allowed: false, reason: "not_managed" });
    await manage(cast.here, managed, ["admin:managed:get:*"]);
    expect(await ask("create:user")).toMatchObject({ reason: "not_agreed", rights: ["admin:managed:get:*"] });
    expect(await ask("get:user")).toMatchObject({ allowed: true, permission: "admin:managed:get:user" });
    const theirs = await person(managed, ["Member"]);
    await sql("update account_relations set rights = '{admin:managed:get:role}' where managed_id = $1", managed);
    const input = { accountId: managed, userId: theirs.id, permission: "get:profile" };
    await expect(explain(input)).rejects.toMatchObject({ code: "forbidden" });
    await sql("update account_relations set rights = '{*:managed:*:*}' where managed_id = $1", managed);
    expect(await explain(input)).toMatchObject({ allowed: true, targetAccountId: managed });
    await expect(explain({ accountId: managed, permission: "get:user" })).rejects.toMatchObject({
      code: "invalid_fields",
    });
  });

  test("about others is for who may read users; about oneself for who may read roles", async () => {
    const eve = await holder(cast.here, allow("admin:own:get:role"));
    expect(await explain({ permission: "create:user" }, eve)).toMatchObject({ allowed: false });
    const asking = explain({ permission: "create:user", userId: cast.ben.id }, eve);
    await expect(asking).rejects.toMatchObject({ code: "forbidden", details: { required: "admin:own:get:user" } });
    const { id: tokenId } = await tokenOf(cast.ben, ["profile:read"]);
    await expect(explain({ permission: "create:user", tokenId }, eve)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("finds nobody of another account, and no token", async () => {
    const missing = { code: "not_found" };
    await expect(explain({ permission: "get:user", userId: cast.dan.id })).rejects.toMatchObject(missing);
    const { id: tokenId } = await tokenOf(cast.dan, ["users"]);
    await expect(explain({ permission: "get:user", tokenId })).rejects.toMatchObject(missing);
    const { id: bens } = await tokenOf(cast.ben, ["profile:read"]);
    const mixed = { permission: "get:user", tokenId: bens, userId: cast.cleo.id };
    await expect(explain(mixed)).rejects.toMatchObject(missing);
  });

  test.each(["create", "admin:*:create:user", "admin:own:create:*", "a b:c", ""])(
    "of %j is refused",
    async (permission) => {
      await expect(explain({ permission })).rejects.toMatchObject({ code: "invalid_fields" });
    },
  );

  test("says of everything what authorization says", async () => {
    const held: [Person, ...string[]][] = [
      [await person(cast.here, ["Administrator"])],
      [await person(cast.here, ["Power User"])],
      [await person(cast.here, ["Read Only", "Member"])],
      [await holder(cast.here, { ...allow(`admin:${cast.here}:*:*`), ...deny("*:own:delete:*") })],
      [await holder(cast.here, allow(`admin:${cast.there}:*:*`))],
      [await person(cast.here, [])],
    ];
    const tenant = { accountId: cast.here, rights: null, visibleAccountIds: [cast.here] };
    for (const [who] of held) {
      const roles = await rolesHeldBy(primary(), tenant, who.id);
      const user = { ...who, canSignIn: true };
      const asking = { user, isProgram: false, token: null, targetAccountId: cast.here, roles, rights: null };
      const actor = await (await asPerson(who)).who();
      if (!actor) throw new Error("nobody");
      for (const permission of everyPermission().filter((one) => one.includes(":own:"))) {
        const asked = permission.split(":").slice(2).join(":");
        const { allowed } = rule({ ...asking, permission: asked });
        expect([asked, allowed]).toEqual([asked, verdict(actor, needing(asked)).allowed]);
      }
    }
  });
});
