import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { Refusal } from "#lib/core/errors.ts";
import { configure } from "#tests/settings.ts";
import { targetOf, withoutRepeats } from "./target.ts";

beforeAll(() => configure({ APP_URL: "https://portal.example.com" }));

const host = ["Host", "portal.example.com"];
const read = (url: string, rawHeaders = host) => targetOf({ url, rawHeaders });
const refused = expect.objectContaining({ code: "malformed_request" });

describe("the path of a request", () => {
  test.each([
    ["/", "/"],
    ["/api/v1/me", "/api/v1/me"],
    ["/users?search=a/../b&x=//y", "/users?search=a/../b&x=//y"],
    ["/%61pi/v1/%6De", "/api/v1/me"],
    ["/a%2ejson", "/a.json"],
    ["/.well-known/x", "/.well-known/x"],
    ["/a..b/...", "/a..b/..."],
    ["/a%2F..%2fb", "/a%2F..%2fb"],
    ["/a%5C..%5cb", "/a%5C..%5cb"],
    ["/%252e%252e/b", "/%252e%252e/b"],
    ["/%zz", "/%zz"],
    ["/caf\xe9", "/caf\xe9"],
  ])("%j is read as %j", (url, path) => expect(read(url)).toBe(path));

  test.each([
    ...["/.", "/..", "/a/..", "/a/../b", "/a/./b", "/../api/v1/me", "/a/..?x"],
    ...["/%2e%2e/b", "/a/%2E./b", "/a/.%2e", "/a/%2e", "/a%2f/%2E%2e/b"],
    ...["/a\\..\\b", "/a\\%2e%2e/b", "/\\..", "//../b"],
    ...["/a#/../b", "/a?x#y", "*", "a", "", "?a"],
  ])("%j is refused", (url) => expect(() => read(url)).toThrow(refused));

  test.each([
    ["https://portal.example.com/api/v1/me?x=1", "/api/v1/me?x=1"],
    ["HTTP://Portal.Example.com/a", "/a"],
    ["https://portal.example.com:443/a", "/a"],
    ["https://portal.example.com", "/"],
    ["https://portal.example.com?a", "/?a"],
  ])("%j, which names the portal, is read as %j", (url, path) => expect(read(url)).toBe(path));

  test.each([
    "http://evil.example/",
    "https://portal.example.com:8443/",
    "https://portal.example.com@evil.example/",
    "https://evil.example@portal.example.com/",
    "https://portal.example.com.evil.example/",
    "https:///api/v1/me",
    "https:/portal.example.com/",
    "ftp://portal.example.com/",
    "portal.example.com:443",
    "https://portal.example.com/a/../b",
  ])("%j is refused", (url) => expect(() => read(url)).toThrow(refused));

  test("is refused with more than one Host, however it is written", () => {
    expect(() => read("/", [...host, "HOST", "portal.example.com"])).toThrow(refused);
    expect(read("/", [...host, "X-Host", "a", "Accept", "host"])).toBe("/");
  });
});

describe("what is read", () => {
  const dot = fc.constantFrom(".", "%2e", "%2E");
  const slash = fc.constantFrom("/", "//", "\\", "%2f", "%5C");
  const word = fc.constantFrom(
    "api",
    "v1",
    "_next",
    "%61pi",
    "%2525",
    "%",
    "a.b",
    ";x",
    "\xe9",
    "?",
    "#",
    "%00",
    "@",
    ":",
  );
  const path = fc.array(fc.oneof(dot, slash, slash, word), { maxLength: 12 }).map((pieces) => `/${pieces.join("")}`);
  const readers = ["http://h", "https://portal.example.com"];

  test("is what every URL parser reads, and stays so when it is read again", () => {
    const accepted = fc.sample(path, 5000).filter((url) => !isRefused(url));
    expect(accepted.length).toBeGreaterThan(500);
    for (const url of accepted) {
      const target = withoutRepeats(read(url)) ?? read(url);
      expect(read(target)).toBe(target);
      expect(target).toMatch(/^\/(?![/\\])/);
      for (const origin of readers) {
        const parsed = new URL(origin + target);
        expect([url, parsed.origin]).toEqual([url, origin]);
        // Parsers escape what may not stand in a path; they drop and join nothing.
        expect([url, parsed.pathname.split("/").length]).toEqual([url, pathOf(target).split("/").length]);
      }
    }
  });

  const pathOf = (target: string) => target.split("?")[0] ?? "";

  function isRefused(url: string): boolean {
    try {
      return read(url) === undefined;
    } catch (error) {
      return error instanceof Refusal;
    }
  }
});

describe("a path with doubled slashes", () => {
  test.each([
    ["//evil.example", "/evil.example"],
    ["/\\evil.example/x", "/evil.example/x"],
    ["/\\/\\evil.example", "/evil.example"],
    ["/api//v1/me?x=//y", "/api/v1/me?x=//y"],
    ["/api\\v1", "/api/v1"],
  ])("%j leads to %j", (target, path) => expect(withoutRepeats(target)).toBe(path));

  test.each(["/", "/api/v1", "/a?x=//y", "/a?x=\\y", "/%2F%2Fevil.example"])("%j is none", (target) =>
    expect(withoutRepeats(target)).toBeUndefined(),
  );
});
