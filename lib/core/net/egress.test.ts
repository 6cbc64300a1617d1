import { beforeAll, describe, expect, test } from "vitest";
import { openReceiver, type Receiver } from "#tests/receiver.ts";
import { safePost } from "./egress.ts";
import { isPublic, publicInternet, Unreachable } from "./egress-policy.ts";

let receiver: Receiver;

beforeAll(async () => {
  receiver = await openReceiver();
});

const post = (url: string, policy = receiver.policy) => safePost(url, "{}", {}, policy);

const inside = [
  ["this machine", "127.0.0.1", "127.8.9.10", "0.0.0.0", "::1", "::"],
  ["private networks", "10.0.0.1", "172.16.3.4", "192.168.1.1", "fc00::1", "fd12::1"],
  ["the link, where clouds keep their secrets", "169.254.169.254", "fe80::1", "fd00:ec2::254"],
  ["carrier-grade NAT", "100.64.0.1"],
  ["IPv4 in IPv6's clothes", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1"],
  ["tunnels", "2002:a00:1::", "2001:0:a00:1::"],
  ["many machines at once", "224.0.0.1", "255.255.255.255", "ff02::1"],
  ["reserved for documents and tests", "192.0.2.1", "198.18.0.1", "203.0.113.7", "2001:db8::1", "240.0.0.1"],
  ["no address at all", "localhost", "", "1.2.3.4.5"],
];

test.each(inside)("%s is not public", (_, ...addresses) => {
  expect(addresses.filter(isPublic)).toEqual([]);
});

test.each(["8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "2a00:1450::1"])("%s is public", (address) => {
  expect(isPublic(address)).toBe(true);
});

describe("a call outside", () => {
  test.each([
    ["plain http", "http://example.org/"],
    ["a name and password in it", "https://ada:secret@example.org/"],
    ["an address of this machine", "https://127.0.0.1/"],
    ["the same, written otherwise", "https://0x7f.1/"],
    ["the same, as one number", "https://2130706433/"],
    ["the same, as IPv6", "https://[::1]/"],
    ["the same, mapped", "https://[::ffff:127.0.0.1]/"],
    ["a name of this machine", "https://localhost/"],
  ])("to %s is not tried", async (_, url) => {
    await expect(async () => post(url, publicInternet)).rejects.toThrow(Unreachable);
  });

  test("is made to the very address that was checked", async () => {
    const asked: string[] = [];
    const isAllowed = (address: string) => asked.push(address) > 0;
    const url = `https://localhost:${receiver.port}/`;
    // Where localhost has two addresses, each of them is asked about.
    expect(await post(url, { ...receiver.policy, isAllowed })).toBe(204);
    expect(asked).toContain("127.0.0.1");
  });

  test("is not made when one of several addresses is inside", async () => {
    const before = receiver.calls.length;
    let asked = 0;
    const isAllowed = () => asked++ > 0;
    await expect(post(`https://localhost:${receiver.port}/`, { ...receiver.policy, isAllowed })).rejects.toThrow(
      Unreachable,
    );
    expect(receiver.calls.length).toBe(before);
  });

  test("trusts the public authorities only", async () => {
    await expect(post(receiver.url, { isAllowed: () => true })).rejects.toMatchObject({
      code: "DEPTH_ZERO_SELF_SIGNED_CERT",
    });
  });

  test("follows no redirect", async () => {
    const before = receiver.calls.length;
    receiver.answer = (_, res) => void res.writeHead(307, { location: receiver.url }).end();
    expect(await post(receiver.url)).toBe(307);
    expect(receiver.calls.length).toBe(before + 1);
  });

  test("reads nothing of an answer without an end", async () => {
    receiver.answer = (_, res) => {
      res.writeHead(200);
      const pour = () => {
        if (!res.destroyed) res.write("x".repeat(65_536), pour);
      };
      pour();
    };
    expect(await post(receiver.url)).toBe(200);
  });
});
