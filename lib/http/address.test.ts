import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalAddress, canonicalName } from "#lib/core/limit-keys.ts";
import { configure } from "#tests/settings.ts";
import { clientAddress } from "./address.ts";

const from = (trusted: string, peer: string | undefined, forwardedFor?: string) => {
  configure({ TRUSTED_PROXIES: trusted });
  return clientAddress(peer, forwardedFor);
};

describe("where a request comes from", () => {
  const stories: [
    what: string,
    trusted: string,
    peer: string | undefined,
    forwarded: string | undefined,
    client: string,
  ][] = [
    ["the peer", "", "203.0.113.7", undefined, "203.0.113.7"],
    ["the peer, whatever it forwards, when nobody is trusted", "", "203.0.113.7", "1.2.3.4", "203.0.113.7"],
    ["the peer, when it is not a trusted proxy", "10.0.0.0/8", "203.0.113.7", "1.2.3.4", "203.0.113.7"],
    ["what a trusted proxy says", "10.0.0.0/8", "10.0.0.1", "1.2.3.4", "1.2.3.4"],
    ["the rightmost, not what the client made up", "10.0.0.0/8", "10.0.0.1", "9.9.9.9, 1.2.3.4", "1.2.3.4"],
    ["the nearest that is no proxy", "10.0.0.0/8", "10.0.0.1", "9.9.9.9, 1.2.3.4, 10.0.0.2", "1.2.3.4"],
    ["the farthest proxy, when all are", "10.0.0.0/8", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["the proxy, when it forwards nothing", "10.0.0.0/8", "10.0.0.1", "", "10.0.0.1"],
    ["a mapped peer", "10.0.0.0/8", "::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"],
    ["a mapped client", "10.0.0.0/8", "10.0.0.1", "::ffff:1.2.3.4", "1.2.3.4"],
    ["an IPv6 proxy", "2001:db8::/32", "2001:db8::1", "2001:DB8:0:0::2, 2a00::0:1", "2a00::1"],
    ["nowhere, when a proxy says nonsense", "10.0.0.0/8", "10.0.0.1", "1.2.3.4, nonsense", "unknown"],
    ["nowhere, when a proxy says a name", "10.0.0.0/8", "10.0.0.1", "localhost", "unknown"],
    ["an address without its port", "10.0.0.0/8", "10.0.0.1", "198.51.100.7:51008", "198.51.100.7"],
    ["an IPv6 address without its port", "10.0.0.0/8", "10.0.0.1", "[2001:DB8::1]:443", "2001:db8::1"],
    ["an IPv6 address in brackets", "10.0.0.0/8", "10.0.0.1", "[2001:db8::1]", "2001:db8::1"],
    ["a quoted address", "10.0.0.0/8", "10.0.0.1", '"198.51.100.7"', "198.51.100.7"],
    ["a quoted address with a port", "10.0.0.0/8", "10.0.0.1", '"[2001:db8::1]:443"', "2001:db8::1"],
    ["an address behind proxies with ports", "10.0.0.0/8", "10.0.0.1", "9.9.9.9:1, 1.2.3.4:80, 10.0.0.2:2", "1.2.3.4"],
    ["a mapped address without its port", "10.0.0.0/8", "10.0.0.1", "[::ffff:1.2.3.4]:80", "1.2.3.4"],
    ["an IPv6 address whole, not its end as a port", "10.0.0.0/8", "10.0.0.1", "2001:db8::1:443", "2001:db8::1:443"],
    ["nowhere, with something else than a port", "10.0.0.0/8", "10.0.0.1", "1.2.3.4:http", "unknown"],
    ["nowhere, with brackets around IPv4", "10.0.0.0/8", "10.0.0.1", "[1.2.3.4]:80", "unknown"],
    ["nowhere, when a proxy keeps it to itself", "10.0.0.0/8", "10.0.0.1", "unknown", "unknown"],
    ["nowhere, when a proxy hides it", "10.0.0.0/8", "10.0.0.1", "_hidden", "unknown"],
    ["nowhere, without a peer", "10.0.0.0/8", undefined, "1.2.3.4", "unknown"],
  ];

  test.each(stories)("is %s", (_, trusted, peer, forwarded, client) => {
    expect(from(trusted, peer, forwarded)).toBe(client);
  });

  const hop = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("fe80::1%eth0", "::1%", "1", "0x7f.1"),
  );

  test("is always found, in one canonical form, and only trusted proxies speak for others", () => {
    configure({ TRUSTED_PROXIES: "10.0.0.0/8,2001:db8::/32,fe80::/10" });
    fc.assert(
      fc.property(hop, fc.array(hop, { maxLength: 4 }), (peer, hops) => {
        const found = clientAddress(peer, hops.join(","));
        expect(clientAddress(found, undefined)).toBe(found);
        const isTrustedPeer = /^(10\.|2001:db8:|fe[89ab])/.test(clientAddress(peer, undefined));
        if (!isTrustedPeer) expect(found).toBe(clientAddress(peer, undefined));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("one bucket", () => {
  const places: [one: string, other: string, same: boolean][] = [
    ["1.2.3.4", "::ffff:1.2.3.4", true],
    ["1.2.3.4", "::ffff:102:304", true],
    ["1.2.3.4", "1.2.3.5", false],
    ["2001:db8::1", "2001:db8:0:0:ffff::9", true],
    ["2001:db8::1", "2001:db8:0:1::1", false],
    ["2001:DB8::1", "2001:db8::1", true],
    ["nonsense", "", true],
    ["unknown", "nonsense", true],
  ];

  test.each(places)("for %s and %s: %s", (one, other, same) => {
    expect(canonicalAddress(one) === canonicalAddress(other)).toBe(same);
  });

  const names: [one: string, other: string][] = [
    ["ada@example.org", " Ada@Example.ORG\t"],
    ["ada", "ＡＤＡ"],
    ["caf\u00e9", "cafe\u0301"],
    ["ﬁona", "FIONA"],
  ];

  test.each(names)("for the names %j and %j", (one, other) => {
    expect(canonicalName(one)).toBe(canonicalName(other));
  });

  test("stays the same when it is made again", () => {
    fc.assert(
      fc.property(fc.string(), (name) => void expect(canonicalName(canonicalName(name))).toBe(canonicalName(name))),
    );
  });
});
