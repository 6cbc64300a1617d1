import { beforeAll, expect, test, vi } from "vitest";
import { configure } from "#tests/settings.ts";
import { peerHeader } from "../headers.ts";
import { pageCaller } from "./page.ts";

const given = vi.hoisted(() => ({ headers: new Headers() }));

vi.mock("next/headers", () => ({ headers: async () => given.headers, cookies: async () => "" }));

beforeAll(() => configure({}));

test.each(["authorization", "x-aims-auth-token"])("a page takes no %s: it is for who has a cookie", async (name) => {
  given.headers = new Headers({ [name]: "Bearer lk_pat_x", [peerHeader]: "127.0.0.1" });
  const caller = await pageCaller();
  expect(caller.hadToken).toBe(false);
});

test("a page that nobody knows the reader's address of is read by nobody", async () => {
  given.headers = new Headers({ "x-forwarded-for": "198.51.100.7" });
  await expect(pageCaller()).rejects.toMatchObject({ code: "malformed_request" });
});
