import { expect, test } from "vitest";
import { openStage, person } from "#tests/cast.ts";
import { allow, by, roleRow } from "#tests/rights.ts";
import { grantRole } from "../roles/grant.ts";

test("a change is tried out as often as the budget says, and made whatever was tried", async () => {
  const { here } = await openStage({ RATE_LIMIT_FACTOR: "0.05" });
  const administrator = await person(here, ["Administrator"]);
  const change = { userId: (await person(here, [])).id, roleId: await roleRow(here, allow("admin:own:get:user")) };
  const attempt = (dryRun: boolean) =>
    by(administrator, grantRole, { ...change, dryRun }).then(
      () => 200,
      ({ status }) => status,
    );
  const tried = [await attempt(true), await attempt(true), await attempt(true), await attempt(true)];
  expect(tried).toEqual([200, 200, 200, 429]);
  expect(await attempt(false)).toBe(200);
});
