import { beforeAll, describe, expect, test } from "vitest";
import { shapeOf } from "#lib/http/shape.ts";
import { operations } from "#lib/operations.ts";
import { type Cast, openStage } from "#tests/cast.ts";
import { tokenOf } from "#tests/credentials.ts";
import { definedFor } from "#tests/every-definition.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { aimmsRows } from "./aimms/routes.ts";
import { mendixRows } from "./mendix/routes.ts";
import type { ApiRoute } from "./route.ts";

let cast: Cast;
let api: TestApi;
let secret: string;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
  const scopes = ["APIKey", "Authentication", "User", "mx_user_read", "mx_user_write"];
  ({ secret } = await tokenOf(cast.ada, scopes));
});

/** A field that a client sends, and something for the others, so that only this one is wrong. */
type Fields = Record<string, unknown>;

const columns = ["account_name", "environment_name", "group_name", "user_name"];
const ways = ["equal_cs", "equal_ci", "contain_cs", "contain_ci", "in", "not_in"];
const listed = Object.fromEntries([
  ...columns.flatMap((column) => ways.map((way) => [`${column}_${way}`, "x"])),
  ...[
    ["sort", "account_name"],
    ["offset", "0"],
    ["limit", "10"],
  ],
]);
const key: Fields = { name: "nightly", scopes: ["Authentication"], expiration_date: "2099-01-01" };
const user: Fields = { fullName: "John Coo", email: "john@example.org", userRoles: [{ role: "User" }], blocked: false };
const pat: Fields = { tokenName: "nightly", expiryDate: "2099-01-01T00:00:00Z", scopes: [{ scope: "mx_user_read" }] };

/** What clients send to each address, by the names that the documents of their makers give it. */
const bodies: Record<string, Fields> = {
  "POST /pro/user-manager/v1/user/@current/api-key": key,
  "POST /pro-api/v1/api-keys": key,
  "POST /userservice/v1/users/my-account/pat": pat,
  "POST /userservice/v1/users": { name: "john", ...user },
  "PUT /userservice/v1/users/{userId}": { name: "ben", ...user },
  "PATCH /userservice/v1/users/{userId}/password": { oldPassword: "Wrong-Kettle-29", newPassword: "Copper-Lantern-83" },
};
const queries: Record<string, Fields> = Object.fromEntries(
  ["user", "group", "environment"].map((list) => [`GET /pro/user-manager/v1/${list}`, listed]),
);

const rows = [...aimmsRows, ...mendixRows];
const wrong = [
  7,
  true,
  null,
  "",
  "x".repeat(6000),
  "\u0007",
  "-1",
  [],
  ["x"],
  [null],
  {},
  [{ scope: 7 }],
  [{ role: 7 }],
];

/** Words for fields that only the portal's own operations have. */
const own = new Set(
  [...operations, ...definedFor("aimms"), ...definedFor("mendix")].flatMap(({ input }) => Object.keys(shapeOf(input))),
);

const addressOf = ({ route }: ApiRoute) =>
  (route.split(" ")[1] ?? "").replace("{userId}", cast.ben.id).replaceAll(/\{\w+\}/g, "x");

function ask(row: ApiRoute, body?: Fields, query: Fields = {}) {
  const [method = ""] = row.route.split(" ");
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const headers: Record<string, string> = row.route.includes("/userservice/")
    ? { authorization: `mxtoken ${secret}` }
    : { apikey: secret };
  return api.request(`${addressOf(row)}?${search}`, { method, headers, body: body && JSON.stringify(body) });
}

type Said = { message?: string; detail?: string; "invalid-params"?: { name: string; reason: string }[] };

/** The fields that an answer names, in whichever way it does. */
function namedIn({ message = "", "invalid-params": params }: Said): string[] {
  if (params) return params.map(({ name }) => name);
  return [...message.matchAll(/(?:^|[.!?] )([\w/-]+): /g)].map(([, name = ""]) => name);
}

/** What the words themselves call by a name that is the portal's own. */
function ownNamesIn({ message = "", detail = "", "invalid-params": params = [] }: Said, sent: Fields): string[] {
  const text = [message, detail, ...params.flatMap(({ name, reason }) => [name, reason])].join(" ");
  const isOwn = (word: string) => /[A-Z]/.test(word) && own.has(word) && !(word in sent);
  return (text.match(/[A-Za-z]+/g) ?? []).filter(isOwn);
}

function expectCallersWords(said: Said, sent: Fields, field: string) {
  expect(namedIn(said)).toEqual(namedIn(said).filter((name) => name in sent));
  expect([...ownNamesIn(said, sent), JSON.stringify(said).match(/\w+\/\d/)?.[0]].filter(Boolean)).toEqual([]);
  return namedIn(said).includes(field);
}

test("every address that takes something is here", () => {
  expect(rows.filter(({ body }) => body).map(({ route }) => route)).toEqual(Object.keys(bodies));
  expect(rows.map(({ route }) => route)).toEqual(expect.arrayContaining(Object.keys(queries)));
});

describe.each(rows.filter(({ route }) => route in bodies || route in queries))("$route", (row) => {
  const sent = bodies[row.route] ?? queries[row.route] ?? {};
  const hasBody = row.route in bodies;

  test.each(Object.keys(sent))("names %s as its clients do, whatever stands in it", async (field) => {
    let named = 0;
    for (const value of hasBody ? wrong : ["", "x,y", "-1", "x".repeat(6000), "\u0007"]) {
      const answer = await (hasBody ? ask(row, { ...sent, [field]: value }) : ask(row, undefined, { [field]: value }));
      expect(answer.status, answer.text).toBeLessThan(500);
      if (answer.status >= 400 && expectCallersWords(answer.body as Said, sent, field)) named++;
    }
    expect(named, `${field} is never said to be wrong`).toBeGreaterThan(0);
  });
});
