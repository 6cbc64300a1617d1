import { beforeAll, expect, test } from "vitest";
import { parseJson } from "#lib/doors/json.ts";
import { type Stage, theStage } from "#lib/testing/aims/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await theStage();
});

test("of who has proven nothing, 64 kB of a body are read", async () => {
  const body = JSON.stringify({ padding: "x".repeat(64 * 1024) });
  const open = [
    ["POST", "/aims/v1/authenticate"],
    ["POST", "/aims/v1/reset_password"],
    ["PUT", "/aims/v1/reset_password/x"],
    ["POST", "/aims/v1/change_password"],
    ["POST", "/aims/v1/user/mfa/enroll"],
    ["POST", `/endpoints/v1/${stage.here}/residency/default/endpoints`],
  ];
  for (const [method = "", path = ""] of open)
    expect([path, (await stage.door.request(path, { method, body })).status]).toEqual([path, 413]);
});

test("a body in very many parts is refused before anything is built of it", () => {
  const parts = Buffer.from(`{"a":[${'"",'.repeat(340_000)}""]}`);
  const begin = performance.now();
  expect(() => parseJson(parts)).toThrow("more than 50000 parts");
  expect(performance.now() - begin).toBeLessThan(200);
});
