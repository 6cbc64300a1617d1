import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test, vi } from "vitest";
import type { Role } from "#lib/access/roles/list.ts";
import { DeleteRole } from "./delete-role.tsx";
import { Holders } from "./holders-card.tsx";
import { uncounted } from "./uncounted.ts";

vi.mock("#lib/http/next/page.ts", () => ({ read: vi.fn() }));
vi.mock("../actions.ts", () => ({ deleteRole: vi.fn() }));

const role = { id: "r", name: "Night desk", permissions: {} } as Role;

test("where nobody is counted the page says so", () => {
  expect(renderToStaticMarkup(createElement(Holders, { role }))).toContain(uncounted);
});

test("where nobody is counted a role can be deleted, by typing its name", () => {
  const card = renderToStaticMarkup(createElement(DeleteRole, { role }));
  expect(card).toContain(uncounted);
  expect(card).toContain('pattern="Night desk"');
});
