import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { areWithin, isWithin, networkOf, networks, readNetwork } from "./networks.ts";

describe("a network", () => {
  const spellings: [typed: string, canonical: string][] = [
    ["198.51.100.7", "198.51.100.7"],
    ["198.51.100.7/32", "198.51.100.7"],
    [" 10.0.0.0/8 ", "10.0.0.0/8"],
    ["::ffff:198.51.100.7", "198.51.100.7"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
    ["2001:DB8:0:0:0:0:0:0/32", "2001:db8::/32"],
    ["2001:db8::1/128", "2001:db8::1"],
  ];

  test.each(spellings)("%s is %s", (typed, network) => {
    expect(readNetwork(typed)).toEqual({ network });
  });

  const wrong: [typed: string, why: RegExp][] = [
    ["10.0.0.5/8", /beyond its \/8: write 10\.0\.0\.0\/8/],
    ["2001:db8::1/64", /beyond its \/64: write 2001:db8::\/64/],
    ["0.0.0.0/0", /every address/],
    ["::/0", /every address/],
    ["::ffff:0:0/96", /every address/],
    ["::ffff:0:0/95", /no address/],
    ["10.0.0.0/33", /no address/],
    ["10.0.0.0/8/8", /no address/],
    ["10.0.0.0/+8", /no address/],
    ["10.0.0.0/08", /no address/],
    ["10.1", /no address/],
    ["010.0.0.1", /no address/],
    ["0x0a000001", /no address/],
    ["fe80::1%eth0", /no address/],
    ["example.org", /no address/],
    ["", /no address/],
  ];

  test.each(wrong)("cannot be %s", (typed, why) => {
    expect(readNetwork(typed)).toEqual({ wrong: expect.stringMatching(why) });
  });

  test("in a list is named by its place when it is wrong, and stands there once", () => {
    const { error } = networks.safeParse(["10.0.0.0/8", "10.0.0.5/8", "nowhere"]);
    expect(error?.issues.map(({ path }) => path)).toEqual([[1], [2]]);
    expect(networks.parse(["10.0.0.1", "::ffff:10.0.0.1", "10.0.0.1/32"])).toEqual(["10.0.0.1"]);
    expect(networks.safeParse(Array.from({ length: 51 }, (_, n) => `10.0.0.${n}`)).success).toBe(false);
  });
});

describe("an address", () => {
  const cases: [address: string, list: string[], inside: boolean][] = [
    ["10.1.2.3", ["10.0.0.0/8"], true],
    ["11.1.2.3", ["10.0.0.0/8"], false],
    ["::ffff:10.1.2.3", ["10.0.0.0/8"], true],
    ["::ffff:0a01:0203", ["10.1.2.3"], true],
    ["10.1.2.3", ["2001:db8::/32"], false],
    ["2001:db8::1", ["2001:db8::/32", "10.0.0.0/8"], true],
    ["2001:db9::1", ["2001:db8::/32"], false],
    ["127.255.255.255", ["0.0.0.0/1"], true],
    ["128.0.0.1", ["0.0.0.0/1"], false],
    ["unknown", ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"], false],
    ["", ["0.0.0.0/1"], false],
    ["10.1.2.3:8080", ["10.0.0.0/8"], false],
    ["012.1.2.3", ["10.0.0.0/8"], false],
    ["fe80::1%eth0", ["fe80::/10"], false],
    ["10.1.2.3", [], false],
  ];

  test.each(cases)("%s in %j: %s", (address, list, inside) => {
    expect(isWithin(list, address)).toBe(inside);
  });

  test("is in its own network, and that one in every wider one", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(bytes, (address) => {
        const text = address.length === 4 ? address.join(".") : hex(address);
        const network = networkOf(text);
        return isWithin([network], text) && areWithin([text], [network]);
      }),
    );
  });
});

const hex = (bytes: Uint8Array) =>
  Array.from({ length: 8 }, (_, n) => (((bytes[2 * n] ?? 0) << 8) | (bytes[2 * n + 1] ?? 0)).toString(16)).join(":");

test("a list lies within another when each of its networks does", () => {
  expect(areWithin(["10.1.0.0/16", "2001:db8:1::/48"], ["10.0.0.0/8", "2001:db8::/32"])).toBe(true);
  expect(areWithin(["10.0.0.0/7"], ["10.0.0.0/8"])).toBe(false);
  expect(areWithin(["10.1.0.0/16", "192.0.2.1"], ["10.0.0.0/8"])).toBe(false);
  expect(areWithin(["10.0.0.1"], [])).toBe(false);
});
