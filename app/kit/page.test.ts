import { expect, test, vi } from "vitest";
import { configure } from "#tests/settings.ts";
import KitPage from "./page.tsx";

vi.mock("next/server", () => ({ connection: async () => {} }));
vi.mock("./pieces.tsx", () => ({ Pieces: () => null }));
vi.mock("./controls.tsx", () => ({ Controls: () => null }));
vi.mock("./forms.tsx", () => ({ Forms: () => null }));
vi.mock("./lists.tsx", () => ({ Lists: () => null }));

test("the page of components is there in development and where it is asked for, and nowhere else", async () => {
  configure({ NODE_ENV: "production" });
  await expect(KitPage()).rejects.toMatchObject({ digest: "NEXT_HTTP_ERROR_FALLBACK;404" });
  configure({ NODE_ENV: "production", SHOW_KIT: "on" });
  expect(await KitPage()).toBeTruthy();
  configure({ NODE_ENV: "development" });
  expect(await KitPage()).toBeTruthy();
});
