import { afterAll, beforeAll, expect, test } from "vitest";
import { type NameServer, openNameServer } from "#tests/name-server.ts";
import { configure } from "#tests/settings.ts";
import { safePost } from "./egress.ts";
import { isPublic, publicInternet, resolvePublicAddress, TimedOut, Unreachable } from "./egress-policy.ts";
import { addressesOf, hostsIn } from "./resolve.ts";

const zone: Record<string, string[] | "silent"> = {
  "hooks.example.org": ["8.8.4.4", "1.2.3.4"],
  "mixed.example.org": ["1.2.3.4", "10.0.0.1"],
  "silent.example.org": "silent",
};

let names: NameServer;

beforeAll(async () => {
  names = await openNameServer((name) => zone[name]);
  configure({ DNS_SERVERS: names.server });
});

afterAll(() => names.close());

const plain = async (host: string) => (await addressesOf(host)).map(({ address }) => address);

test("a name has the addresses that the name server says, an address is its own", async () => {
  expect(await plain("Hooks.Example.org.")).toEqual(["8.8.4.4", "1.2.3.4"]);
  expect([await plain("9.9.9.9"), await plain("2001:db8::1")]).toEqual([["9.9.9.9"], ["2001:db8::1"]]);
});

test("this machine and what its hosts file names are not asked about", async () => {
  expect(await plain("localhost")).toContain("127.0.0.1");
  expect(await plain("any.localhost")).toEqual(["127.0.0.1", "::1"]);
  expect(names.queries.filter((name) => name.endsWith("localhost"))).toEqual([]);
});

test("a hosts file is read as the system reads it", () => {
  const text =
    "# ours\n127.0.0.1\tlocalhost loopback # both\n10.1.2.3 Gitea.Internal gitea\r\nfd00::3 gitea\nnonsense gitea\n";
  const hosts = hostsIn(text);
  expect([...hosts.keys()]).toEqual(["localhost", "loopback", "gitea.internal", "gitea"]);
  expect(hosts.get("gitea")).toEqual(["10.1.2.3", "fd00::3"]);
});

test("a name that is not there is said not to be, as the system says it", async () => {
  await expect(plain("nothing.example.org")).rejects.toMatchObject({ code: "ENOTFOUND" });
  await expect(plain("not a name")).rejects.toMatchObject({ code: "ENOTFOUND" });
});

test("every address of a name is checked, and what is answered is one of them", async () => {
  expect(await resolvePublicAddress("hooks.example.org", { isAllowed: isPublic })).toBe("8.8.4.4");
  await expect(resolvePublicAddress("mixed.example.org", publicInternet)).rejects.toThrow(Unreachable);
  await expect(safePost("https://mixed.example.org/", "{}", {}, publicInternet)).rejects.toThrow(Unreachable);
});

test("names that are never answered hold up no others, and are given up", async () => {
  const given = new AbortController();
  const hanging = Array.from({ length: 50 }, () => addressesOf("silent.example.org", given.signal));
  const ends = Promise.allSettled(hanging);
  expect(await plain("hooks.example.org")).toHaveLength(2);
  given.abort(new Error("enough"));
  for (const { status, reason } of (await ends) as PromiseRejectedResult[])
    expect([status, reason.message]).toEqual(["rejected", "enough"]);
});

test("a name that is never answered is told as one that could not be looked up in time", async () => {
  await expect(safePost("https://silent.example.org/", "{}", {}, publicInternet)).rejects.toThrow(TimedOut);
});
