import { expect, test, vi } from "vitest";
import { previewRole } from "#lib/access/roles/preview.ts";
import { conflict, tooMany } from "#lib/core/errors.ts";
import { read } from "./page.ts";
import { readUnlessSpent } from "./unless-spent.ts";

vi.mock("./page.ts", () => ({ read: vi.fn() }));

test("figures that are refused for their number are left out, and other refusals stand", async () => {
  vi.mocked(read).mockRejectedValueOnce(tooMany(5, { name: "role_previews", limit: 10, window: 10 }));
  expect(await readUnlessSpent(previewRole, {})).toBeUndefined();
  vi.mocked(read).mockRejectedValueOnce(conflict("Another refusal."));
  await expect(readUnlessSpent(previewRole, {})).rejects.toMatchObject({ code: "conflict" });
});
