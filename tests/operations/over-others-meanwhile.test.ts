import { Client } from "pg";
import { beforeAll, expect, test } from "vitest";
import { untilBlocked } from "../blocked.ts";
import { account, openStage, person, sql } from "../cast.ts";
import { asPerson } from "../credentials.ts";
import { attempt, type Deed, deeds, neededFor, type Target, targetHolding } from "../deeds.ts";
import { allow, groupRow, roleRow } from "../rights.ts";

let url: string;
let place: string;

beforeAll(async () => {
  ({ url } = await openStage({ RATE_LIMIT_FACTOR: "1000000" }));
  place = await account("Own");
  await person(place, ["Administrator"]);
});

/** As a change of what a group holds does: holds the account, and gives its members a role for everything. */
async function promoting(groupId: string) {
  const roleId = await roleRow(place, allow("*:*:*:*"));
  const other = new Client({ connectionString: url });
  await other.connect();
  await other.query("begin");
  await other.query("select from accounts where id = $1 for no key update", [place]);
  await other.query("insert into group_roles (group_id, account_id, role_id) values ($1, $2, $3)", [
    groupId,
    place,
    roleId,
  ]);
  return other;
}

/** A program is promoted by the group that it is in, a person by one of their own. */
async function groupFor(target: Target, { apiUserId }: { apiUserId?: string }) {
  if (!apiUserId) return groupRow(place, [target.id]);
  const [joined] = await sql<{ id: string }>(
    "select group_id as id from api_user_groups where api_user_id = $1",
    apiUserId,
  );
  return joined?.id ?? "";
}

test.each(deeds)("to $what waits for who is just being given more, and is refused then", async (deed: Deed) => {
  const by = await targetHolding(place, allow(...neededFor(deed)));
  const target = await targetHolding(place, {});
  const [caller, input] = [await asPerson(by), await deed.input(target)];
  const other = await promoting(await groupFor(target, input));
  const answer = attempt(deed, caller, input);
  await Promise.race([untilBlocked(), answer]);
  await other.query("commit");
  await other.end();
  expect(await answer).toBe("privilege_escalation");
});
