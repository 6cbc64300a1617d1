import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { conflict, tooMany } from "#lib/core/errors.ts";
import { read } from "#lib/doors/page.ts";
import type { Role } from "#lib/roles/list.ts";
import { DeleteRole } from "./delete-role.tsx";
import { Holders } from "./holders-card.tsx";
import { previewEnd, uncounted } from "./preview-end.ts";

vi.mock("#lib/doors/page.ts", () => ({ read: vi.fn() }));
vi.mock("../actions.ts", () => ({ deleteRole: vi.fn() }));

const role = { id: "r", name: "Night desk", permissions: {} } as Role;

test("a preview that is refused for its number leaves the page without it, and other refusals stand", async () => {
  vi.mocked(read).mockRejectedValueOnce(tooMany(5, { name: "role_previews", limit: 10, window: 10 }));
  expect(await previewEnd(role.id)).toBeUndefined();
  vi.mocked(read).mockRejectedValueOnce(conflict("Another refusal."));
  await expect(previewEnd(role.id)).rejects.toMatchObject({ code: "conflict" });
});

test("where nobody is counted the page says so", () => {
  expect(renderToStaticMarkup(createElement(Holders, { role }))).toContain(uncounted);
});

test("where nobody is counted a role can be deleted, by typing its name", () => {
  const card = renderToStaticMarkup(createElement(DeleteRole, { role }));
  expect(card).toContain(uncounted);
  expect(card).toContain('pattern="Night desk"');
});
