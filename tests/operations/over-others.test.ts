import { beforeAll, describe, expect, test } from "vitest";
import type { Operation } from "#lib/core/operation.ts";
import { operations } from "#lib/operations.ts";
import { account, manage, openStage, type Person, person, sql } from "../cast.ts";
import { asPerson, bearer, callerWith, tokenOf } from "../credentials.ts";
import { attempt, type Deed, deeds, neededFor, type Target, targetHolding } from "../deeds.ts";
import { everyDefinition } from "../every-definition.ts";
import { carrying } from "../presentations.ts";
import { allow } from "../rights.ts";

let place: string;
/** Whoever may do everything in the account; and in one that manages it, as far as what was agreed on goes. */
let administrator: Person;
let manager: Person;

const agreed = ["user", "group", "role", "access_key", "api_user"].map((resource) => `aims:managed:*:${resource}`);

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  const managing = await account("Managing");
  place = await account("Own");
  await manage(managing, place, agreed);
  // Another one than those of whom it is tried, so that nobody is spared for being the last.
  administrator = await person(place, ["Administrator"]);
  manager = await person(managing, ["Administrator"]);
});

/** On every way in: the compatible APIs have some of their own. */
const changes = everyDefinition.filter(({ audit }) => audit !== undefined);
const isOnAnother = ({ route, target }: Operation) =>
  /\{(userId|apiUserId|accessKeyId)\}|\/users\/\{id\}/.test(route ?? `{${target}}`);
const onOthers = changes.filter((operation) => isOnAnother(operation) && !operation.route?.includes(" /me/"));

/** What is about several people at once, or about what they hold together. */
const onSeveral = ["users.change_many", "groups.change_members", "groups.update", "groups.delete"];
const onRoles = ["roles.update", "roles.delete"];

const calling = ({ name, route }: Operation) => `${name}: ${route}`;

test("every change of another user is tried below, with somebody who holds more", () => {
  const tried = new Set(deeds.map(({ operation }) => operation));
  const named = [...onSeveral, ...onRoles];
  const all = new Set([...onOthers, ...operations.filter(({ name }) => named.includes(name))]);
  expect([...all].filter((operation) => !tried.has(operation)).map(calling)).toEqual([]);
  expect([...tried].filter((operation) => !all.has(operation)).map(calling)).toEqual([]);
  expect(onOthers.length).toBeGreaterThan(20);
});

const holding = (permissions: Record<string, string>) => targetHolding(place, permissions);

/** Who may do everything that concerns others, one who uses a product, and who holds nothing. */
const above = () => holding(allow("*:*:*:*"));
const member = () => holding(allow("portal:own:*:token", "pro:own:*:*"));

/** Whoever may do just this, with the roles that it hands out. */
const doer = (deed: Deed) => holding(allow(...neededFor(deed), "portal:own:create:token"));

const scopesFor = ({ operation }: Deed) => [...(carrying[operation.allow] ?? ["APIKey"]), "roles", "groups"];
const byToken = async (who: Person, deed: Deed) => callerWith(bearer((await tokenOf(who, scopesFor(deed))).secret));

/** Everything of a person that could have changed, of what they hold, and of the programs that hold it. */
const everythingOf = ({ id, roleId }: Target) =>
  sql(
    `select (select row_to_json(u) from users u where id = $1) as user,
      (select json_agg(g order by role_id) from user_roles g where user_id = $1) as roles,
      (select json_agg(r order by id) from roles r where id in (select role_id from user_roles where user_id = $1)) as said,
      (select json_agg(m order by group_id) from group_members m where user_id = $1) as groups,
      (select json_agg(h order by group_id, role_id) from group_roles h where role_id = $2
        or group_id in (select group_id from group_members where user_id = $1)) as held,
      (select json_agg(t order by id) from tokens t where user_id = $1) as tokens,
      (select json_agg(k order by id) from access_keys k where user_id = $1) as keys,
      (select json_agg(s.id order by id) from sessions s where user_id = $1) as sessions,
      (select json_agg(a.id order by id) from authenticators a where user_id = $1) as factors,
      (select json_agg(p order by id) from api_users p where id in (${programs})) as programs,
      (select json_agg(s order by id) from api_user_secrets s where api_user_id in (${programs})) as secrets,
      (select json_agg(g order by group_id) from api_user_groups g where api_user_id in (${programs})) as joined`,
    ...[id, roleId],
  );

const programs = `select m.api_user_id from api_user_groups m join group_roles h on h.group_id = m.group_id where h.role_id = $2`;

/** What a token is told first, where no scope carries it or only who is signed in does it. */
function codeForTokens({ what, operation: { allow, by } }: Deed): string | undefined {
  if (!carrying[allow]) return "insufficient_scope";
  return by === "session" || ["move", "set a password"].includes(what) ? "session_required" : undefined;
}

describe.each(deeds)("to $what ($operation.name)", (deed) => {
  const isOpening = deed.measure === "everything";

  test("asks for what somebody holds who may do more, by session and by token", async () => {
    const [by, target] = [await doer(deed), await above()];
    const [session, token, input] = [await asPerson(by), await byToken(by, deed), await deed.input(target)];
    const before = await everythingOf(target);
    expect(await attempt(deed, session, input)).toBe("privilege_escalation");
    expect(await attempt(deed, token, input)).toBe(codeForTokens(deed) ?? "privilege_escalation");
    expect(await everythingOf(target)).toEqual(before);
    const owners = await attempt(deed, await byToken(administrator, deed), input);
    expect(owners).toBe(codeForTokens(deed) ?? (isOpening ? "privilege_escalation" : "ok"));
    if (owners !== "ok") expect(await attempt(deed, await asPerson(administrator), input)).toBe("ok");
  });

  test("on a member asks for their rights only where one could sign in as them, or gives them some", async () => {
    const [by, target] = [await doer(deed), await member()];
    const input = await deed.input(target);
    expect(await attempt(deed, await asPerson(by), input)).toBe(isOpening ? "privilege_escalation" : "ok");
  });

  test("in a managed account counts what was agreed only there", async () => {
    const input = { accountId: place, ...(await deed.input(await member())) };
    expect(await attempt(deed, await asPerson(manager), input)).toBe(isOpening ? "privilege_escalation" : "ok");
  });
});
