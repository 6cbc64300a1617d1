import { beforeAll, expect, test, vi } from "vitest";
import { configure } from "#lib/testing/settings.ts";
import { pageCaller } from "./page.ts";

const given = vi.hoisted(() => ({ headers: new Headers() }));

vi.mock("next/headers", () => ({ headers: async () => given.headers, cookies: async () => "" }));

beforeAll(() => configure({}));

test.each(["authorization", "x-aims-auth-token"])("a page takes no %s: it is for who has a cookie", async (name) => {
  given.headers = new Headers({ [name]: "Bearer lk_pat_x" });
  const caller = await pageCaller();
  expect(caller.hadToken).toBe(false);
});
