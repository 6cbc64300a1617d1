import { beforeAll, expect, test } from "vitest";
import { openStage } from "#tests/cast.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";

let api: TestApi;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
});

test.each(["login", "email", "username"])("a %s that no database can hold is refused, and no fault", async (field) => {
  for (const word of ["a\u0000b", "a\ud800b", "a\nb"]) {
    const answer = await api.request("/api/v1/sessions", {
      method: "POST",
      ...json({ [field]: word, password: "Violet-Kettle-29" }),
    });
    expect([answer.status, answer.field("code")]).toEqual([422, "invalid_fields"]);
  }
});
