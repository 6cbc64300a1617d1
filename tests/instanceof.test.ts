import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Refusal } from "#lib/core/errors.ts";

// Pages are bundled and REST is not, so that the built server holds two copies of every module, and what hangs on
// `globalThis` goes from the one to the other. A class of the platform is the same in both; any other is not.
const files = globSync("{app,components,db,lib}/**/*.{ts,tsx}").filter((file) => !/\.test\.tsx?$/.test(file));
const judged = files.flatMap((file) =>
  [...readFileSync(file, "utf8").matchAll(/\binstanceof\s+([\w.]+)/g)].map(([, name = ""]) => ({ file, name })),
);
const isPlatforms = (name: string) =>
  name in globalThis || /^(HTML|SVG|Document)\w*$|^(Element|SubmitEvent|Node)$/.test(name);

/** Those that say by a mark what is one of theirs. */
const marked = globSync("{db,lib}/**/*.ts").flatMap((file) => {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/class (\w+)[^{]*\{(?:(?!\n\}).)*?Symbol\.hasInstance/gs)].map(([, name = ""]) => name);
});

/** Thrown and caught within one call, by the copy that it began in: never kept, never handed to anybody. */
const ofOneCall: Record<string, string> = {
  NotDone: "lib/vault/provisioning/claimed.ts",
  Unreachable:
    "lib/vault/provisioning/claimed.ts lib/notifications/webhook/test.ts lib/vault/service-credentials/probe/trouble.ts",
  Refused: "lib/vault/service-credentials/probe/trouble.ts",
  TimedOut: "lib/vault/service-credentials/probe/trouble.ts",
  UnexpectedReply: "lib/vault/service-credentials/probe/trouble.ts",
  HostChanged: "lib/vault/service-credentials/probe/trouble.ts",
  Untrusted: "lib/vault/service-credentials/probe/trouble.ts",
  Unresolved: "lib/core/net/egress-policy.ts",
  // What starts the server, before there are pages.
  StartupError: "db/preflight.ts",
  // A form is read by the schema that its own action holds; a file, by the schema beside it.
  "z.ZodBoolean": "lib/http/next/form.ts",
  "z.ZodArray": "lib/http/next/form.ts",
  "z.ZodOptional": "lib/http/next/form.ts",
  "z.ZodDefault": "lib/http/next/form.ts",
  "z.ZodNullable": "lib/http/next/form.ts",
  "z.ZodPipe": "lib/http/next/form.ts",
  "z.ZodError": "lib/access/scopes/catalogue.ts",
};

test("nothing that could come from the other copy of a module is judged by its class", () => {
  expect(judged.length).toBeGreaterThan(40);
  const isFine = ({ file, name }: { file: string; name: string }) =>
    isPlatforms(name) || marked.includes(name) || ofOneCall[name]?.split(" ").includes(file);
  expect(judged.filter((one) => !isFine(one))).toEqual([]);
});

test("a refusal that another copy of its class made is one, and what merely looks like one is none", () => {
  const mark = Object.getOwnPropertySymbols(new Refusal("not_found"))[0] ?? "";
  expect(Object.assign(new Error(), { [mark]: true })).toBeInstanceOf(Refusal);
  expect(Object.assign(new Error(), { name: "Refusal", code: "not_found" })).not.toBeInstanceOf(Refusal);
  expect(Symbol.keyFor(mark as symbol)).toBe("latchkey.refusal");
});
