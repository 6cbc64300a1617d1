import { Pool } from "pg";
import { afterAll, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { untilBlocked } from "#tests/blocked.ts";
import { openStage, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { createToken } from "./create.ts";

let outside: Pool;

test("of many at once for the last place among 500 live tokens exactly one is made", async () => {
  const { url, ben } = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  outside = new Pool({ connectionString: url });
  afterAll(() => outside.end());
  await sql(
    `insert into tokens (account_id, user_id, name, scopes, secret_hash, last_four)
     select account_id, id, 'n' || i, '{}', sha256(i::text::bytea), 'none' from users, generate_series(1, 499) i where id = $1`,
    ben.id,
  );
  const caller = await asPerson(ben);
  // Holds all of them at the same place, as slow as need be.
  const other = await outside.connect();
  await other.query("begin");
  await other.query("select from users where id = $1 for update", [ben.id]);
  const made = Array.from({ length: 8 }, (_, i) =>
    execute(createToken, caller, { name: `late ${i}`, scopes: ["profile:read"] }).then(
      () => "made",
      ({ code }) => code,
    ),
  );
  await untilBlocked(8);
  await other.query("commit");
  other.release();
  expect((await Promise.all(made)).sort()).toEqual([...Array(7).fill("limit_reached"), "made"]);
});
