import { beforeAll, describe, expect, test } from "vitest";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { bearer, type Headers, sessionOf } from "#tests/credentials.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";

let cast: Cast;
let api: TestApi;
let headers: Headers;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
  headers = { ...bearer(await sessionOf(cast.ben)), "content-type": "application/json" };
});

type Body = string | Uint8Array;
const patch = (body: Body, more: Headers = {}) =>
  api.request("/api/v1/me", { method: "PATCH", headers: { ...headers, ...more }, body });

const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${"}".repeat(depth - 1)}`;
const named = (bytes: number) => `{"fullName":"${"x".repeat(bytes - '{"fullName":""}'.length)}"}`;
const latin = Buffer.from('{"fullName":"Ren\xe9"}', "latin1");
const cut = Buffer.concat([Buffer.from('{"fullName":"Ren'), Buffer.from([0xf0, 0x9f]), Buffer.from('"}')]);

const bodies: [what: string, body: Body, status: number, code: string, pointer?: string][] = [
  ["64 kB", named(64 * 1024), 422, "invalid_fields", "/fullName"],
  ["64 kB and one byte", named(64 * 1024 + 1), 413, "too_large"],
  ["a megabyte", named(1024 * 1024), 413, "too_large"],
  ["ten levels", nested(10), 422, "invalid_fields", "/a"],
  ["eleven levels", nested(11), 400, "malformed_request"],
  ["eleven levels of lists", `{"a":${"[".repeat(10)}${"]".repeat(10)}}`, 400, "malformed_request"],
  ["30,000 levels", `${"[".repeat(30_000)}${"]".repeat(30_000)}`, 400, "malformed_request"],
  ["a key twice", '{"phone":"","phone":""}', 400, "malformed_request"],
  ["a key twice, once escaped", '{"phone":"","\\u0070hone":""}', 400, "malformed_request"],
  ["a key twice further in", '{"a":{"b":1,"b":2}}', 400, "malformed_request"],
  ["a key in two objects", '{"a":{"b":1},"c":{"b":2}}', 422, "invalid_fields", "/a"],
  ["a text that looks like a key", '{"fullName":"\\"a\\": 1, \\"a\\": 2","a":0}', 422, "invalid_fields", "/a"],
  ["Latin 1", latin, 400, "malformed_request"],
  ["half a character", cut, 400, "malformed_request"],
  ["half a body", '{"fullName":', 400, "malformed_request"],
  ["two values", "{} {}", 400, "malformed_request"],
  ["a comment", '{"phone":"" /* none */}', 400, "malformed_request"],
  ["a list", '[{"phone":""}]', 400, "malformed_request"],
  ["a text", '"phone"', 400, "malformed_request"],
  ["null", "null", 400, "malformed_request"],
  ["NaN", '{"phone":NaN}', 400, "malformed_request"],
  ["an unknown field", '{"phone":"","nickname":"B"}', 422, "invalid_fields", "/nickname"],
  ["a field that is the server's", '{"username":"ada"}', 422, "invalid_fields", "/username"],
  ["another account", '{"accountId":"10000001"}', 422, "invalid_fields", "/accountId"],
  ["a field with a slash", '{"a/b~c":1}', 422, "invalid_fields", "/a~1b~0c"],
  ["__proto__", '{"__proto__":{"fullName":"Eve"}}', 422, "invalid_fields", "/__proto__"],
  ["constructor", '{"constructor":{"prototype":{"fullName":"Eve"}}}', 422, "invalid_fields", "/constructor"],
  ["toString", '{"toString":"x"}', 422, "invalid_fields", "/toString"],
  ["a number for a text", '{"fullName":1}', 422, "invalid_fields", "/fullName"],
  ["null for a text", '{"fullName":null}', 422, "invalid_fields", "/fullName"],
  ["a list for a text", '{"fullName":["Ben"]}', 422, "invalid_fields", "/fullName"],
  ["a line break", '{"fullName":"Ben\\nBcc: eve@example.org"}', 422, "invalid_fields", "/fullName"],
  ["a NUL", '{"fullName":"Ben\\u0000"}', 422, "invalid_fields", "/fullName"],
  ["half a surrogate pair", '{"fullName":"Ben \\ud83d"}', 422, "invalid_fields", "/fullName"],
  ["text turned around", '{"fullName":"Ben \\u202e"}', 422, "invalid_fields", "/fullName"],
];

const ben = () => sql("select full_name, phone, version from users where id = $1", cast.ben.id);

test.each(bodies)("%s", async (_, body, status, code, pointer) => {
  const before = await ben();
  const answer = await patch(body);
  expect([answer.status, answer.field("code")]).toEqual([status, code]);
  if (pointer)
    expect(answer.body).toMatchObject({ errors: expect.arrayContaining([expect.objectContaining({ pointer })]) });
  expect(await ben()).toEqual(before);
  expect(({} as { fullName?: string }).fullName).toBeUndefined();
});

describe("the content type", () => {
  const types: [type: string, status: number][] = [
    ["application/json", 200],
    ["application/json; charset=utf-8", 200],
    ['APPLICATION/JSON;charset="UTF-8"', 200],
    ["application/json;", 200],
    ["application/json; charset=utf8", 200],
    ["application/json; charset=latin1", 415],
    ["application/jsonp", 415],
    ["text/plain", 415],
    ["text/json", 415],
    ["application/x-www-form-urlencoded", 415],
    ["multipart/form-data; boundary=x", 415],
    ["", 415],
  ];

  test.each(types)("%j is answered with %i", async (type, status) => {
    const answer = await patch('{"phone":""}', { "content-type": type });
    expect(answer.status).toBe(status);
  });

  test("does not matter where there is no body", async () => {
    const answer = await patch("", { "content-type": "text/plain" });
    expect(answer.status).toBe(200);
  });
});

test("a body that says not how large it is ends at the limit, and its connection goes on", async () => {
  const answer = await patch(named(300_000), { "transfer-encoding": "chunked" });
  expect([answer.status, answer.field("code")]).toEqual([413, "too_large"]);
  expect((await patch('{"phone":""}')).status).toBe(200);
});

test("a key that stands twice is found in a body of the largest size at once", async () => {
  const many = Array.from({ length: 5000 }, (_, place) => `"k${place}":0`).join(",");
  const answer = await patch(`{${many},"k0":1}`);
  expect([answer.status, answer.field("code")]).toEqual([400, "malformed_request"]);
});
