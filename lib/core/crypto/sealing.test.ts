import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { configure } from "#tests/settings.ts";
import { seal, unseal } from "./sealing.ts";

const key = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;
const [old, young] = [key("old"), key("young")];
const place = { table: "authenticators", field: "secret", row: "a row", account: "10000001" };

beforeEach(() => configure({ ENCRYPTION_KEYS: old }));

test("what was sealed opens in its place, whatever it is", () =>
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (secret) => {
      expect(unseal(place, seal(place, secret))).toBe(secret);
    }),
  ));

test("the same secret is sealed differently each time", () => {
  expect(seal(place, "a")).not.toEqual(seal(place, "a"));
});

test.each(["table", "field", "row", "account"] as const)("it opens under no other %s", (part) => {
  const sealed = seal(place, "JBSWY3DPEHPK3PXP");
  expect(() => unseal({ ...place, [part]: "another" }, sealed)).toThrow();
});

test("it opens no more once any byte of it is changed", () => {
  const sealed = seal(place, "JBSWY3DPEHPK3PXP");
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => unseal(place, changed), `byte ${at}`).toThrow();
  }
  for (let length = 0; length < sealed.length; length++)
    expect(() => unseal(place, sealed.subarray(0, length)), `${length} bytes`).toThrow();
});

test("the first key seals, and all open: keys can be rotated", () => {
  const before = seal(place, "secret");
  configure({ ENCRYPTION_KEYS: `${young},${old}` });
  const after = seal(place, "secret");
  expect([unseal(place, before), unseal(place, after)]).toEqual(["secret", "secret"]);
  configure({ ENCRYPTION_KEYS: young });
  expect(unseal(place, after)).toBe("secret");
  expect(() => unseal(place, before)).toThrow('"old"');
});
