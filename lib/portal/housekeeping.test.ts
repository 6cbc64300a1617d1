import { beforeAll, expect, test } from "vitest";
import { hashSecret } from "#lib/core/crypto/secrets.ts";
import { type Cast, openStage, sql, tokenRow } from "#tests/cast.ts";
import { sessionOf } from "#tests/credentials.ts";
import { apiTokenOf, apiUserRow, customerKeyOf } from "#tests/samples/api-users.ts";
import { housekeeping } from "./housekeeping.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});

const names = async () => (await sql("select name from tokens order by name")).map(({ name }) => name);

test("tokens that ended stay for 90 days, and no longer; live ones stay", async () => {
  const { ben } = cast;
  await tokenRow(ben, { name: "expired 89 days ago", expiresAt: "now() - interval '89 days'" });
  await tokenRow(ben, { name: "expired 91 days ago", expiresAt: "now() - interval '91 days'" });
  await tokenRow(ben, { name: "live" });
  await tokenRow(ben, { name: "live for ever", expiresAt: null, createdAt: "now() - interval '5 years'" });
  await tokenRow(ben, { name: "revoked 89 days ago", expiresAt: "now() - interval '10 days'" });
  await tokenRow(ben, { name: "revoked 91 days ago" });
  await sql(`update tokens set ended_reason = 'revoked',
    ended_at = now() - (substring(name from '\\d+') || ' days')::interval where name like 'revoked%'`);
  await housekeeping.work({});
  expect(await names()).toEqual(["expired 89 days ago", "live", "live for ever", "revoked 89 days ago"]);
});

test("sessions past their end go; the others stay", async () => {
  await sessionOf(cast.ada);
  await sessionOf(cast.dan);
  await sql("update sessions set expires_at = now() where user_id = $1", cast.dan.id);
  await housekeeping.work({});
  const left = await sql("select distinct user_id from sessions");
  expect(left).toEqual([{ user_id: cast.ada.id }]);
});

test("tokens of API users past their end go, and customer keys that were replaced a month ago", async () => {
  const user = await apiUserRow(cast.here);
  const live = await apiTokenOf(user);
  await sql("update api_user_tokens set expires_at = now() where secret_hash = $1", hashSecret(await apiTokenOf(user)));
  await customerKeyOf(cast.there);
  await customerKeyOf(cast.there);
  await sql("update customer_keys set ends_at = ends_at - interval '32 days' where account_id = $1", cast.there);
  await housekeeping.work({});
  expect(await sql("select secret_hash from api_user_tokens")).toEqual([{ secret_hash: hashSecret(live) }]);
  expect(await sql("select from customer_keys where account_id = $1", cast.there)).toHaveLength(1);
});

test("counts of changes go once their minute is over, those of guesses after a day", async () => {
  const row = (key: string, ago: string) =>
    sql(
      "insert into budgets (key, points, expire) values ($1, 1, extract(epoch from now() - $2::interval) * 1000)",
      key,
      ago,
    );
  await row("changes:over", "2 minutes");
  await row("changes_person_provisioning:over", "2 minutes");
  await row("changes:live", "-30 seconds");
  await row("password:yesterday", "23 hours");
  await row("password:before", "25 hours");
  await housekeeping.work({});
  const left = await sql("select key from budgets where key ~ ':(over|live|yesterday|before)$' order by key");
  expect(left.map(({ key }) => key)).toEqual(["changes:live", "password:yesterday"]);
});
