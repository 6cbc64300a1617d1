import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { configure } from "#tests/settings.ts";
import { readCursor, writeCursor } from "../cursor.ts";
import { hashSecret, kindOfSecret, mintSecret, openSigned, type SecretKind, sign } from "./secrets.ts";

beforeAll(() => configure({}));

const kind = fc.constantFrom<SecretKind>("pat", "ses", "tkt", "set");
const secret = kind.map(mintSecret);
const any = fc.string({ unit: "binary" });

/** The text with one character at a place put in another's stead. */
const altered = (text: string, context: number, character: string) =>
  text.slice(0, context % text.length) + character + text.slice((context % text.length) + 1);

describe("a secret", () => {
  test("says its kind, is 56 characters long and never the same twice", () => {
    fc.assert(
      fc.property(kind, (wanted) => {
        const made = mintSecret(wanted);
        expect(kindOfSecret(made)).toBe(wanted);
        expect(made).toMatch(new RegExp(`^lk_${wanted}_[0-9A-Za-z]{49}$`));
        expect(mintSecret(wanted)).not.toBe(made);
        expect(hashSecret(made)).toHaveLength(32);
      }),
    );
  });

  test("with any one character changed is no secret", () => {
    const character = fc.oneof(fc.string({ minLength: 1, maxLength: 1 }), fc.constantFrom(..."0Oo1lI5S_- \n"));
    fc.assert(
      fc.property(secret, fc.nat(), character, (whole, context, other) => {
        const changed = altered(whole, context, other);
        fc.pre(changed !== whole);
        expect(kindOfSecret(changed)).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  test("with two neighbours swapped, cut off, or with something added is no secret", () => {
    fc.assert(
      fc.property(secret, fc.nat(54), any, (whole, context, more) => {
        const swapped = whole.slice(0, context) + whole[context + 1] + whole[context] + whole.slice(context + 2);
        if (swapped !== whole) expect(kindOfSecret(swapped)).toBeNull();
        expect(kindOfSecret(whole.slice(0, context))).toBeNull();
        if (more) expect([kindOfSecret(whole + more), kindOfSecret(more + whole)]).toEqual([null, null]);
      }),
    );
  });

  test("is not just any text", () => {
    fc.assert(fc.property(any, (text) => void expect(kindOfSecret(text)).toBeNull()));
  });
});

describe("a signed value", () => {
  const value = fc.jsonValue().map((made) => JSON.parse(JSON.stringify(made)));

  test("comes back as it was, for its purpose only", () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(openSigned("test", sign("test", given))).toEqual(given);
        expect(openSigned("other", sign("test", given))).toBeUndefined();
      }),
    );
  });

  test("is refused with any character changed, left out or added", () => {
    const character = fc.oneof(any, fc.constantFrom(..."AQgwB=.-_ +/"));
    fc.assert(
      fc.property(value, fc.nat(), character, fc.boolean(), (given, context, other, insert) => {
        const whole = sign("test", given);
        const at = context % (whole.length + 1);
        const changed = insert ? whole.slice(0, at) + other + whole.slice(at) : altered(whole, context, other);
        fc.pre(changed !== whole);
        expect(openSigned("test", changed)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  test("is not just any text", () => {
    fc.assert(fc.property(any, (text) => void expect(openSigned("test", text)).toBeUndefined()));
  });
});

describe("a cursor", () => {
  const after = fc.array(fc.option(any), { maxLength: 3 });

  test("comes back as it was, for its own list only", () => {
    fc.assert(
      fc.property(any, any, after, (list, other, context) => {
        expect(readCursor(list, writeCursor(list, context))).toEqual(context);
        if (other !== list) expect(() => readCursor(other, writeCursor(list, context))).toThrow("does not belong");
      }),
    );
  });

  test("is not another thing that we signed", () => {
    fc.assert(
      fc.property(after, (context) => {
        const value = { list: "mine", after: context };
        for (const forged of [sign("state", value), sign("cursor", "mine"), sign("cursor", { list: "mine" })])
          expect(() => readCursor("mine", forged)).toThrow("does not belong");
      }),
    );
  });

  test("may be left out", () => expect(readCursor("mine", undefined)).toBeUndefined());
});
