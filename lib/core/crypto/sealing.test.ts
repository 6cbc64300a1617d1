import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { configure } from "#tests/settings.ts";
import { seal, unseal } from "./sealing.ts";

const key = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;
const [old, young] = [key("old"), key("young")];
const context = { table: "authenticators", field: "secret", row: "a row", account: "10000001" };

beforeEach(() => configure({ ENCRYPTION_KEYS: old }));

test("what was sealed opens in its place, whatever it is", () =>
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (secret) => {
      expect(unseal(context, seal(context, secret))).toBe(secret);
    }),
  ));

test("the same secret is sealed differently each time", () => {
  expect(seal(context, "a")).not.toEqual(seal(context, "a"));
});

test.each(["table", "field", "row", "account"] as const)("it opens under no other %s", (part) => {
  const sealed = seal(context, "JBSWY3DPEHPK3PXP");
  expect(() => unseal({ ...context, [part]: "another" }, sealed)).toThrow();
});

test("it opens no more once any byte of it is changed", () => {
  const sealed = seal(context, "JBSWY3DPEHPK3PXP");
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => unseal(context, changed), `byte ${at}`).toThrow();
  }
  for (let length = 0; length < sealed.length; length++)
    expect(() => unseal(context, sealed.subarray(0, length)), `${length} bytes`).toThrow();
});

test("the first key seals, and all open: keys can be rotated", () => {
  const before = seal(context, "secret");
  configure({ ENCRYPTION_KEYS: `${young},${old}` });
  const after = seal(context, "secret");
  expect([unseal(context, before), unseal(context, after)]).toEqual(["secret", "secret"]);
  configure({ ENCRYPTION_KEYS: young });
  expect(unseal(context, after)).toBe("secret");
  expect(() => unseal(context, before)).toThrow('"old"');
});
