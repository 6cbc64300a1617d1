import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { safePost } from "#lib/core/net/egress.ts";
import type { EgressPolicy } from "#lib/core/net/egress-policy.ts";
import { certificate, openReceiver } from "#tests/receiver.ts";
import type { ProbeResult } from "./finding.ts";
import { probe } from "./probe.ts";

const [outside, inside] = ["127.0.0.1", "127.0.0.2"];

/** What the name leads to, each time that it is asked for; the last answer stays. */
const answers = vi.hoisted(() => ({ next: [] as string[][], asked: 0 }));

/** A name server that has addresses of IPv4 alone. */
const NameServer = vi.hoisted(
  () =>
    class {
      async resolve4() {
        answers.asked++;
        return (answers.next.length > 1 ? answers.next.shift() : answers.next[0]) ?? [];
      }
      resolve6 = () => Promise.reject(Object.assign(new Error("ENODATA"), { code: "ENODATA" }));
      setServers() {}
      cancel() {}
    },
);

vi.mock("node:dns/promises", async (original) => ({
  ...(await original<typeof import("node:dns/promises")>()),
  Resolver: NameServer,
}));

const policy: EgressPolicy = { isAllowed: (address) => address === outside, ca: certificate };
const receiver = await openReceiver();

/** A server at an address that must not be reached, and how often it was. */
async function listener(host: string, port = 0) {
  const come = { count: 0, port };
  const server = createServer((socket) => {
    come.count++;
    socket.end();
  });
  // Not every system has a second address of its own; nobody gets to it there.
  await new Promise<void>((open) => server.once("error", () => open()).listen(port, host, open));
  afterAll(() => void server.close());
  come.port = (server.address() as AddressInfo | null)?.port ?? port;
  return come;
}

const allowed = await listener(outside);
const forbidden = [await listener(inside, allowed.port), await listener(inside, receiver.port)];

beforeEach(() => {
  answers.asked = 0;
  allowed.count = 0;
});

const tried = (kind: ProbeResult["kind"], protocol: string): ProbeResult => ({
  ...{ kind, baseUrl: `${protocol}://receiver.test:${allowed.port}/`, headerName: null, hostKey: null },
  ...{ username: "ada", secret: "s3cret" },
});

const kinds = [
  ["smtp", "smtp"],
  ["git-ssh", "ssh"],
  ["database", "postgresql"],
  ["http-basic", "https"],
  ["registry", "https"],
] as const;

const untouched = () => expect(forbidden.map(({ count }) => count)).toEqual([0, 0]);

test.each(kinds)(
  "%s goes to the address that was checked, when the name leads inside a moment later",
  async (...kind) => {
    answers.next = [[outside], [inside]];
    await probe(tried(...kind), policy);
    expect([allowed.count, answers.asked]).toEqual([1, 1]);
    untouched();
  },
);

test.each(kinds)("%s goes nowhere while the name leads inside, or there too", async (...kind) => {
  for (const first of [[inside], [outside, inside], [inside, outside]]) {
    answers.next = [first, [outside]];
    expect((await probe(tried(...kind), policy)).result).toBe("unreachable");
  }
  expect(allowed.count).toBe(0);
  untouched();
});

test("a call goes to the address that was checked, each time anew", async () => {
  answers.next = [[outside], [inside], [outside]];
  const call = () => safePost(`https://receiver.test:${receiver.port}/`, "{}", {}, policy);
  expect(await call()).toBe(204);
  await expect(call()).rejects.toThrow("public internet");
  expect(await call()).toBe(204);
  expect(answers.asked).toBe(3);
  untouched();
});
