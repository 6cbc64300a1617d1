import { Client } from "pg";
import { expect, test } from "vitest";
import { freshDatabase } from "./database.ts";

test("two test files' databases are apart", async () => {
  const [one, other] = [await freshDatabase(), await freshDatabase()];
  const writer = new Client({ connectionString: one });
  const reader = new Client({ connectionString: other });
  await Promise.all([writer.connect(), reader.connect()]);
  await writer.query("create table mine (id int)");
  const seen = await reader.query("select to_regclass('mine') as found");
  expect(seen.rows).toEqual([{ found: null }]);
  await Promise.all([writer.end(), reader.end()]);
});
