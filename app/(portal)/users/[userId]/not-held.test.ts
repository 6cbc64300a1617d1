import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { NotHeldNotice, openBy, uncompared } from "./not-held.tsx";

vi.mock("#lib/http/next/page.ts", () => ({ read: vi.fn() }));

test("where a user's rights were not compared the page says so, and closes nothing", () => {
  expect(renderToStaticMarkup(createElement(NotHeldNotice, { name: "Ben Ito" }))).toContain(uncompared);
  expect(openBy()).toEqual({ stop: true, change: true, letIn: true });
});
