import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { configure } from "#tests/settings.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";

let api: TestApi;
const warn = vi.fn();

beforeAll(async () => {
  configure({ APP_URL: "https://portal.example.com" });
  api = await openTestApi();
});

beforeEach(() => {
  warn.mockReset();
  Object.assign(globalThis, { latchkeyReports: undefined, latchkeyLog: { warn, error: warn, info: vi.fn() } });
});

const report = (body: unknown, type = "application/reports+json") =>
  api.request("/csp-reports", { method: "POST", headers: { "content-type": type }, body: JSON.stringify(body) });

const logged = () => warn.mock.calls.map(([facts]) => facts);

test("pages name where to report what their policy keeps out", async () => {
  const { headers } = await api.request("/sign-in");
  expect(headers["reporting-endpoints"]).toBe('csp="/csp-reports"');
  expect(headers["content-security-policy"]).toContain("report-uri /csp-reports; report-to csp");
});

test("a report is a line of the log, without what may be secret", async () => {
  const documentURL = "https://portal.example.com/reset-password/lk_lnk_secret?x=1";
  const body = { effectiveDirective: "script-src-elem", blockedURL: "https://evil.example/a.js?token=1", documentURL };
  expect((await report([{ type: "csp-violation", body }])).status).toBe(204);
  const old = { "effective-directive": "img-src", "blocked-uri": "inline", "document-uri": documentURL };
  expect((await report({ "csp-report": old }, "application/csp-report")).status).toBe(204);
  expect(logged()).toEqual([
    { directive: "script-src-elem", blocked: "https://evil.example", page: "/reset-password", source: undefined },
    { directive: "img-src", blocked: "inline", page: "/reset-password", source: undefined },
  ]);
});

test("what is no report, or too much, is logged as nothing", async () => {
  const statuses = [await report("x"), await report([1, null, { body: 7 }]), await report({ a: "x".repeat(20_000) })];
  expect(statuses.map(({ status }) => status)).toEqual([400, 204, 413]);
  const got = await api.request("/csp-reports");
  expect([got.status, got.headers.allow]).toEqual([405, "POST"]);
  expect(logged()).toEqual([]);
});

test("sixty lines a minute at most come of them, however many are sent", async () => {
  const body = { effectiveDirective: "img-src" };
  const many = Array.from({ length: 50 }, () => ({ body }));
  for (let turn = 0; turn < 3; turn++) expect((await report(many)).status).toBe(204);
  expect(logged()).toHaveLength(60);
});
