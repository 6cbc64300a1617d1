import { expect, test } from "vitest";
import { prepareFirstAccount } from "#lib/accounts/setup.ts";
import { openPortal } from "#tests/cast.ts";
import { queryAt } from "#tests/query.ts";
import { configure } from "#tests/settings.ts";
import { developer, fillEmptyPortal } from "./made-up.ts";

const url = await openPortal();
const lists = ["users", "groups", "roles where account_id is not null", "api_users", "tokens"];
const count = async (list: string) => Number((await queryAt(url, `select count(*) from ${list}`))[0]?.count);

test("anywhere but in development, nobody is offered to administer it and nothing is made up", async () => {
  for (const NODE_ENV of ["test", "production"]) {
    configure({ NODE_ENV });
    expect(developer()).toBeUndefined();
    await fillEmptyPortal(url, { made: "admin@example.com" });
    for (const list of lists) expect(await count(list), list).toBe(0);
  }
});

test("an empty portal in development has something in each list, and is left alone from then on", async () => {
  configure({ NODE_ENV: "development" });
  const offered = developer();
  const first = await prepareFirstAccount(offered);
  expect(first).toEqual({ made: "admin@example.com", password: offered?.password });
  await fillEmptyPortal(url, first);
  for (const list of lists) expect(await count(list), list).toBeGreaterThan(0);
  const people = await count("users");
  await fillEmptyPortal(url, await prepareFirstAccount(developer()));
  expect(await count("users")).toBe(people);
});
