import { beforeAll, describe, expect, test } from "vitest";
import { shapeOf } from "#lib/http/shape.ts";
import { everyDefinition } from "#tests/every-definition.ts";
import { configure } from "#tests/settings.ts";
import { type FieldError, Refusal } from "./errors.ts";
import { readInput } from "./input.ts";
import type { Operation } from "./operation.ts";

beforeAll(() => configure({}));

const everywhere = everyDefinition;

/** What no field takes, or few: nothing, each kind of value, too much of it, and the same a level deeper. */
const values: unknown[] = [undefined, null, 7.5, true, "?", "x".repeat(300), {}];
const unfit = [
  ...values,
  ...values.flatMap((value) => [[value], { name: value }, [{ name: value }]]),
  ...[-1, 1e12, "", "x".repeat(70_000), [], Array(1100).fill("x"), Array(1100).fill(crypto.randomUUID())],
  { ["x".repeat(500)]: "denied" },
];

function refusalsOf({ input }: Operation, raw: unknown): { detail: string; errors: FieldError[] } {
  try {
    readInput(input, raw);
    return { detail: "", errors: [] };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return { detail: refusal.message, errors: refusal.details.errors ?? [] };
  }
}

const librarys = /invalid|expected|received|too (big|small)|unrecognized|\bNaN\b|undefined|must be|[<>]=|\bnull\b/i;
// What is said after the name of the field and a colon, so that no field's own name is taken for the library's word.
const isLibrarys = ({ message }: FieldError) => librarys.test(message);

test.each(everywhere)(
  "$name says what is wrong with each field in words of our own, and names the field",
  (operation) => {
    const fields = Object.keys(shapeOf(operation.input));
    const raws = [{}, ...fields.flatMap((field) => unfit.map((value) => ({ [field]: value })))];
    for (const raw of raws) {
      const { detail, errors } = refusalsOf(operation, raw);
      expect(errors.filter(isLibrarys)).toEqual([]);
      expect(errors.filter((error) => !isNamedIn(detail, error))).toEqual([]);
    }
  },
);

const isNamedIn = (detail: string, { pointer, message }: FieldError) =>
  /\w{3}/.test(message) && detail.includes(`${pointer.slice(1) || "input"}: ${message}`);

describe("what is missing, and what is of another kind, is told apart", () => {
  const of = (name: string, raw: object) =>
    refusalsOf(everywhere.find((one) => one.name === name) as Operation, raw).errors.map(
      ({ pointer, message }) => `${pointer} ${message}`,
    );

  test.each([
    ["tokens.create", {}, ["/name Fill this in.", "/scopes Fill this in."]],
    ["tokens.create", { name: 7, scopes: "profile:read" }, ["/name Write this as text.", "/scopes Write a list."]],
    ["users.list", { limit: "many" }, ["/limit Write a number."]],
    ["users.list", { limit: "101" }, ["/limit Ask for at most 100."]],
    ["users.list", { mfa: "maybe" }, ["/mfa Choose one of on, off."]],
    ["users.get", { userId: "ada" }, [expect.stringContaining("/userId Write an id, like ")]],
    ["users.create", { fullName: "Ada", email: "ada@example.org", active: "yes" }, ["/active Write true or false."]],
  ])("%s %j", (name, raw, said) => {
    expect(of(name, raw)).toEqual(said);
  });
});
