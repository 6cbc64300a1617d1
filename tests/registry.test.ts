import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { globalRoles } from "#lib/access/roles/global-roles.ts";
import { scopesCarrying } from "#lib/access/scopes/catalogue.ts";
import { actionWords } from "#lib/audit/security-log/words.ts";
import { notAudited } from "#lib/core/audit.ts";
import { decide, ownBaseline, permissionOf } from "#lib/core/permissions.ts";
import { asksForStepUp } from "#lib/core/rules.ts";
import { openApi } from "#lib/http/openapi/document.ts";
import { methodOf, shapeOf } from "#lib/http/shape.ts";
import { operations } from "#lib/operations.ts";
import { everyDefinition } from "./every-definition.ts";
import { carrying, presentations } from "./presentations.ts";
import { samples } from "./samples/operations.ts";
import { configure } from "./settings.ts";

beforeAll(() => configure({}));

/** What can be done over any transport. */
const everywhere = everyDefinition;

const repeated = (words: string[]) => words.filter((word, place) => words.indexOf(word) !== place);

test("every name is used once", () => {
  expect(repeated(operations.map(({ name }) => name))).toEqual([]);
});

test("REST offers what is in the list, and what compatible APIs alone do has no route", () => {
  const routed = everywhere.filter(({ route }) => route !== null);
  expect(new Set(routed)).toEqual(new Set(operations));
});

test("every route is used once, whatever its parameters are called", () => {
  expect(repeated(operations.map(({ route }) => route.replace(/\{\w+\}/g, "{}")))).toEqual([]);
});

test("every budget belongs to one operation, or is the same one", () => {
  const limits = new Map(operations.flatMap(({ limit }) => (limit ? [[limit.name, limit]] : [])));
  for (const { limit } of operations) if (limit) expect(limits.get(limit.name)).toBe(limit);
});

test("only what ends or replaces one's own credentials is counted for the credential alone", () => {
  const names = everywhere.filter(({ endsOwn }) => endsOwn).map(({ name }) => name);
  expect(names.sort()).toEqual([
    "access_keys.delete_own",
    "email.undo",
    "password.change",
    "password_resets.complete",
    "secure.run",
    "sessions.end",
    "sessions.end_current",
    "sessions.end_others",
    "sign_in.disown",
    "tokens.end_replaced",
    "tokens.revoke",
    "tokens.revoke_many",
  ]);
});

test("every sample belongs to an operation", () => {
  expect(Object.keys(samples).sort()).toEqual(operations.map(({ name }) => name).sort());
});

test("every kind of presentation is brought to every operation, in one test file", () => {
  const folder = join(import.meta.dirname, "operations");
  const files = readdirSync(folder).filter((name) => /^by-.*\.test\.ts$/.test(name));
  const described = /^describeEveryOperation\("(\w+)"\);$/m;
  const kinds = files.map((name) => described.exec(readFileSync(join(folder, name), "utf8"))?.[1]);
  expect(kinds.sort()).toEqual(Object.keys(presentations).sort());
});

test("the API document is valid OpenAPI", async () => {
  const document = JSON.parse(JSON.stringify(openApi()));
  expect(await new Validator().validate(document)).toMatchObject({ valid: true });
});

/** Words that a field with a secret in it would be called by. */
const secretWords = /password|passphrase|secret|hash|token$|ticket|seed|private|credential$/i;
const harmless = new Set([
  "passwordChangedAt",
  "passwordChanged",
  "passwordState",
  "passwordOnceUntil",
  "passwordProfile",
  "passwordMaxAgeDays",
  "byToken",
  "secrets",
  "apiUserSecrets",
  "hasFormerSecret",
]);

/** The fields of an output that look like a secret and are not marked as shown once, with their path. */
function secrets(schema: z.ZodType, path = ""): string[] {
  return Object.entries(shapeOf(schema)).flatMap(([name, field]) => {
    const isMarked = field.meta()?.secret === true || harmless.has(name);
    const own = secretWords.test(name) && !isMarked ? [`${path}${name}`] : [];
    return [...own, ...secrets(inside(field), `${path}${name}.`)];
  });
}

/** What is in a list, or in what may be absent. */
function inside(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodArray) return inside(field.element as z.ZodType);
  if (field instanceof z.ZodNullable || field instanceof z.ZodOptional) return inside(field.unwrap() as z.ZodType);
  return field;
}

test("a field with a secret in it would be noticed, however deep it is", () => {
  const leaky = z.object({ items: z.array(z.object({ passwordHash: z.string() }).nullable()) });
  expect(secrets(leaky)).toEqual(["items.passwordHash"]);
});

/** The paths of ids in what may be sent, and how the same document reads with one in capitals in each. */
function idsIn(field: z.ZodType): unknown {
  const shown = z.toJSONSchema(field, { io: "input", unrepresentable: "any" });
  const kinds = [shown, ...(shown.anyOf ?? [])];
  if (kinds.some((kind) => typeof kind === "object" && kind.format === "uuid")) return capitals;
  const isList = typeof shown.items === "object" && "format" in shown.items && shown.items.format === "uuid";
  if (isList) return [capitals];
  expect(JSON.stringify(shown)).not.toContain('"uuid"');
}

const capitals = "0190A6F0-0000-7000-8000-00000000ABCD";

test("an id in capitals is the same id, wherever one is sent", () => {
  const fields = everywhere.flatMap(({ name, input }) =>
    Object.entries(shapeOf(input)).map(([path, field]) => ({ path: `${name} ${path}`, field, sent: idsIn(field) })),
  );
  const ids = fields.filter(({ sent }) => sent !== undefined);
  const kept = ids.filter(
    ({ field, sent }) => JSON.stringify(field.parse(sent)) !== JSON.stringify(sent).toLowerCase(),
  );
  expect(kept.map(({ path }) => path)).toEqual([]);
  expect(ids.length).toBeGreaterThan(60);
});

/** Every field that can be sent, by its operation and name. */
const allFields = () =>
  everywhere.flatMap(({ name, input }) =>
    Object.entries(shapeOf(input)).map(([path, field]) => ({ path: `${name} ${path}`, field })),
  );

const isInstant = (field: z.ZodType) =>
  JSON.stringify(z.toJSONSchema(field, { io: "input", unrepresentable: "any" })).includes('"date-time"');

test("an instant is taken in every spelling of RFC 3339, wherever one is sent", () => {
  const fields = allFields().filter(({ field }) => isInstant(field));
  const spellings = ["T11:59:00Z", "t11:59:00.0000z", " 11:59Z", "T12:59:00+01:00", "T11:59:00-00:00"];
  const read = fields.map(({ path, field }) => [path, spellings.map((time) => field.parse(`2030-01-31${time}`))]);
  expect(read).toEqual(fields.map(({ path }) => [path, spellings.map(() => "2030-01-31T11:59:00.000Z")]));
  expect(fields.length).toBeGreaterThan(8);
});

test("no instant is taken that the database does not know", () => {
  const fields = allFields().filter(({ field }) => isInstant(field));
  const taken = fields.filter(({ field }) => field.safeParse("0000-01-01T00:00:00Z").success);
  expect(taken.map(({ path }) => path)).toEqual([]);
  expect(fields.length).toBeGreaterThan(3);
});

/** The fields that take one of these texts, and what they make of the others. */
const whatElse = (isOne: (field: z.ZodType) => boolean, others: string[]) => {
  const fields = allFields().filter(({ field }) => isOne(field));
  return {
    fields,
    refused: fields.flatMap(({ path, field }) =>
      others.filter((text) => !field.safeParse(text).success).map((text) => [path, text]),
    ),
  };
};

test("whatever takes a name takes one with joiners in it, and one with something pasted along", () => {
  const names = ["علی\u200Cرضا", "ශ්\u200Dරී", "അവന്\u200D", "👨\u200D👩\u200D👧", "Ada\u200B", "\uFEFFAda", "A\u00ADda"];
  const { fields, refused } = whatElse((field) => field.safeParse("علیرضا").success, names);
  expect(refused).toEqual([]);
  expect(fields.length).toBeGreaterThan(60);
});

test("an e-mail address is taken in every spelling, wherever one is sent", () => {
  const isAddress = (field: z.ZodType) =>
    field.safeParse("ada@example.org").success && !field.safeParse("ada ada").success;
  const addresses = ["ada@пример.рф", "ada@xn--e1afmkfd.xn--p1ai", "r&d=x/y'z@example.org", "root@mailhost"];
  const { fields, refused } = whatElse(isAddress, addresses);
  expect(refused).toEqual([]);
  expect(fields.length).toBeGreaterThan(6);
});

test("no address is taken with a character in it that the database does not keep", () => {
  const fields = allFields().filter(({ path }) => /url$/i.test(path));
  const sent = "https://hooks.example.org/\u0000";
  const kept = fields.filter(({ field }) => String(field.safeParse(sent).data).includes("\u0000"));
  expect(kept.map(({ path }) => path)).toEqual([]);
  expect(fields.length).toBeGreaterThan(2);
});

/** What jobs put on record by themselves, the look at a token, and what stands beside another entry. */
const byJobs = [
  ...["tokens.end_unused", "password_resets.mail", "deletion.carry_out", "deletion.give_up", "tokens.replay"],
  ...["tokens.use", "api_users.use_token", "sessions.use_aims"],
  "users.override",
];

test("every change, and every file of an account that is taken away, has words in the security log, and nothing else has", () => {
  const changes = everywhere
    .filter(({ audit, auditExport }) => audit ?? auditExport)
    .map(({ name }) => name)
    .concat(byJobs);
  expect(changes.filter((name) => !actionWords[name])).toEqual([]);
  expect(Object.keys(actionWords).filter((name) => !changes.includes(name))).toEqual([]);
});

// Of a token that is found, its end goes on record, and nothing where there is no such token.
test("what is done goes on record, but for what a look at a page does", () => {
  const names = operations.filter(({ audit }) => audit === notAudited).map(({ name }) => name);
  expect(names.toSorted()).toEqual([
    "deletion.check",
    "email.check",
    "email.check_undo",
    "invitations.check",
    "password_resets.check",
    "sign_in.check_disown",
    "sign_in.passkey_options",
    "sign_in.second_factor_options",
    "step_up.passkey_options",
    "tokens.revoke_leaked",
  ]);
});

describe.each(operations)("$name", (operation) => {
  const { name, summary, route, allow, audit, auditExport, input, output } = operation;

  test("is called resource.verb and says what it does", () => {
    expect(name).toMatch(/^[a-z_]+\.[a-z_]+$/);
    expect(summary).toMatch(/^[A-Z].{9,}[^.]$/);
    expect(route).toMatch(/^(GET|POST|PUT|PATCH|DELETE) (\/[a-z-]+|\/\{\w+\})+$/);
  });

  test("is audited if and only if it changes something", () => {
    expect(audit !== undefined).toBe(methodOf(operation) !== "GET");
  });

  test("takes an Idempotency-Key if and only if it is a POST", () => {
    expect(operation.idempotencyKey === true).toBe(methodOf(operation) === "POST");
  });

  test("needs a permission that every person holds if and only if it says that it is about them", () => {
    if (!allow.includes(":")) return;
    const isOwn = decide([ownBaseline], null, permissionOf(operation)).allowed;
    expect(isOwn).toBe(operation.about !== undefined);
    expect(decide([ownBaseline], null, `portal:own:${allow}`).allowed).toBe(isOwn);
  });

  test("goes on record if it takes a file of data away", () => {
    expect((auditExport ?? audit) !== undefined || !name.endsWith(".export")).toBe(true);
  });

  test("is for anyone, for a session, or can be granted and put in a scope", () => {
    if (allow === "anyone" || allow === "signed-in") return;
    expect(allow).toMatch(/^[a-z]+:[a-z_]+$/);
    const needed = permissionOf(operation);
    const grants = [{ role: "Administrator", permissions: globalRoles.Administrator }];
    expect(decide(grants, null, needed)).toMatchObject({ allowed: true });
    if (allow === "verify:credential") return;
    // What no scope carries must at least be something that asks for step-up, or nobody meant to leave it out.
    if (!carrying[allow]) expect([scopesCarrying(needed), asksForStepUp(operation)]).toEqual([[], true]);
    else expect(scopesCarrying(needed)).toContain(carrying[allow][0]);
  });

  test("knows a field for every parameter of its route, and takes no other field", () => {
    for (const [, parameter] of route.matchAll(/\{(\w+)\}/g)) expect(shapeOf(input)).toHaveProperty(String(parameter));
    const stray = input.safeParse({ unheardOf: 1 }).error?.issues.map(({ code }) => code);
    expect(stray).toContain("unrecognized_keys");
  });

  test.each(Object.keys(shapeOf(input)))("says what its field %s is", (field) => {
    const shown = z.toJSONSchema(shapeOf(input)[field] ?? z.never(), { io: "input", unrepresentable: "any" });
    expect(shown.description).toMatch(/.{5,}/);
  });

  test("answers an object without secrets, but those marked as shown once", () => {
    expect(output).toBeInstanceOf(z.ZodObject);
    expect(secrets(output)).toEqual([]);
  });
});
