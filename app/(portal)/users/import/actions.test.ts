import { randomUUID } from "node:crypto";
import { beforeAll, expect, test, vi } from "vitest";
import { peerHeader } from "#lib/http/headers.ts";
import { type Cast, openStage, type Person, sql } from "#tests/cast.ts";
import { cookieOf, ownOrigin, sessionOf } from "#tests/credentials.ts";
import { importFile, importUsers } from "./actions.ts";

const given = vi.hoisted(() => ({ headers: new Headers() }));

vi.mock("next/headers", () => ({
  headers: async () => given.headers,
  cookies: async () => given.headers.get("cookie") ?? "",
}));
vi.mock("next/cache", () => ({ refresh: () => {} }));

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});

async function come(person?: Person) {
  const cookie = person && (await cookieOf(await sessionOf(person)));
  given.headers = new Headers({ ...ownOrigin(), ...cookie, [peerHeader]: "127.0.0.1" });
}

function formOf(fields: Record<string, string | File>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

const csv = (text: string) => new File([text], "people.csv", { type: "text/csv" });

async function codesOf(take: typeof importFile | typeof importUsers, fields: Record<string, string | File>) {
  const state = await take({ status: "idle" }, formOf(fields));
  if (state.status !== "refused") return state.status;
  return [state.problem.code, ...state.problem.errors.map(({ pointer, code }) => `${pointer} ${code}`)].join();
}

const unreadable = [
  ["a file", importFile, { file: csv("nothing of use") }, "invalid_fields,/file unreadable"],
  ["rows sent back", importFile, { rows: "[{" }, "invalid_fields,/rows unreadable"],
  ["rows sent back as a number", importFile, { rows: "5" }, "invalid_fields,/rows unreadable"],
  ["rows of the page", importUsers, { rows: "[{" }, "invalid_fields,/rows unreadable"],
] as const;

test.each(unreadable)(
  "%s that cannot be read: said to who may import, and looked at for nobody else",
  async (_, ...of) => {
    const [take, fields, code] = of;
    await come();
    expect(await codesOf(take, fields)).toBe("session_ended");
    await come(cast.ben);
    expect(await codesOf(take, fields)).toBe("forbidden");
    await come(cast.ada);
    expect(await codesOf(take, { ...fields, accountId: cast.there })).toBe("not_found");
    expect(await codesOf(take, fields)).toBe(code);
  },
);

const file = (...bytes: number[]) =>
  new File([Uint8Array.from([...bytes, ..."name,email\nJos\xE9,jose@example.org\n"].map(byteOf))], "people.csv");
const byteOf = (one: string | number) => (typeof one === "number" ? one : one.charCodeAt(0));

test("a file that is no Unicode is read in the encoding that was chosen, and in none by guessing", async () => {
  await come(cast.ada);
  expect(await codesOf(importFile, { file: file() })).toBe("invalid_fields,/encoding missing");
  expect(await codesOf(importFile, { file: file(), encoding: "utf-7" })).toBe("invalid_fields,/encoding missing");
  const state = await importFile({ status: "idle" }, formOf({ file: file(), encoding: "windows-1252" }));
  expect(state).toMatchObject({ output: { rows: [{ line: 2, values: { fullName: "José" } }] } });
});

test("a workbook is told apart from a CSV file", async () => {
  await come(cast.ada);
  expect(await codesOf(importFile, { file: file(0x50, 0x4b, 3, 4) })).toBe("invalid_fields,/file unreadable");
});

test("a file is tried out, and what is right of it makes people", async () => {
  await come(cast.ada);
  const email = `${randomUUID()}@example.org`;
  const tried = await importFile({ status: "idle" }, formOf({ file: csv(`fullName,email\nAda Okafor,${email}\n`) }));
  if (tried.status !== "done") throw new Error(tried.status);
  expect(tried.output).toMatchObject({ made: false, results: [{ result: "valid" }] });
  expect(await codesOf(importFile, { rows: JSON.stringify(tried.output.rows) })).toBe("done");
  expect(await sql("select from users where email = $1", email)).toHaveLength(1);
});
