import { globSync } from "node:fs";
import { expect, test } from "vitest";
import { aimms } from "#lib/compat/aimms/routes.ts";
import { aims } from "#lib/compat/aims/api.ts";
import { apiAt } from "#lib/compat/apis.ts";
import { ipresso } from "#lib/compat/ipresso/routes.ts";
import { mendix } from "#lib/compat/mendix/routes.ts";
import { oauth } from "#lib/compat/oauth/routes.ts";
import { rest } from "#lib/http/rest/rest.ts";
import { configure } from "./settings.ts";

configure({});

type Open = () => { fetch(request: Request): Response | Promise<Response> };

const addresses: [string, Open][] = [
  ["/aims/v1", aims],
  ["/api/2", ipresso],
  ["/api/v1", rest],
  ["/endpoints/v1", aims],
  ["/oauth2", oauth],
  ["/pro-api/v1", aimms],
  ["/pro/user-manager/v1", aimms],
  ["/userservice/v1", mendix],
];
const end = "/[...path]/route.ts";

test("Next has a route of its own at each address of an API", () => {
  const routes = globSync("app/**/route.ts").filter((file) => file.endsWith(end));
  expect(routes.sort()).toEqual(addresses.map(([address]) => `app${address}${end}`).sort());
});

const methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** Each answer has an id of its own, which may stand in what it says as well. */
async function toldBy(answer: Response) {
  const id = answer.headers.get("x-request-id") ?? "none";
  const headers = [...answer.headers].filter(([name]) => name !== "x-request-id");
  return { status: answer.status, headers, text: (await answer.text()).replaceAll(id, "") };
}

test.each(addresses)("at %s Next's own route answers as that API does", async (address, open) => {
  const route = await import(/* @vite-ignore */ `../app${address}${end}`);
  expect(Object.keys(route).sort()).toEqual(methods);
  for (const method of methods) {
    const ask = () => new Request(`http://localhost${address}/nowhere`, { method });
    expect(await toldBy(await route[method](ask()))).toEqual(await toldBy(await open().fetch(ask())));
  }
});

test("at an address of no system there is nothing", async () => {
  expect((await apiAt("/elsewhere/v1").fetch(new Request("http://localhost/elsewhere/v1"))).status).toBe(404);
});
