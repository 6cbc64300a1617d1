import { globSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { canonicalAddress } from "#lib/core/limit-keys.ts";
import type { Budget } from "#lib/core/limits.ts";
import type { RestOperation } from "#lib/core/operation.ts";
import { binaryField, hasBody, methodOf } from "#lib/http/shape.ts";
import { operations } from "#lib/operations.ts";
import { makePerson, openSession } from "../../e2e/people.ts";
import { actionsByOperation } from "./actions.ts";
import { type Browser, refusalIn } from "./browser.ts";
import { leave, letPass } from "./budgets.ts";
import { freshAddress, freshName, startServer } from "./server.ts";

// Of its own: what is looked at is which way in is the first of the process to come to a budget.
const server = await startServer();
process.env.E2E_DATABASE_URL = server.databaseUrl;
const actions = await actionsByOperation();
afterAll(() => server.stop());

/** Where pages hand out files, by the operation. */
const downloads: Record<string, string> = {
  "users.export": "/users/export",
  "audit.export": "/audit/export",
  "security_log.export": "/security-log/export",
};

type Limited = RestOperation & { limit: Budget };

/** For each budget of an operation, one that both ways in come to. */
const limited = operations.filter((one): one is Limited => one.limit !== undefined);
const isOnBoth = ({ name }: RestOperation) => actions.has(name) || name in downloads;
const onBoth = [...Map.groupBy(limited, ({ limit }) => limit.name).values()].flatMap(
  (same) => same.find(isOnBoth) ?? [],
);

/**
 * Come to on one way in: programs, gateways and GitHub know no pages, and what scripts of pages ask for they ask of
 * REST.
 */
const onOne = [
  ...["access_key", "gateway", "leaks_github", "oauth_revoke", "revoke_leaked", "token", "password_change_by_name"],
  ...["passkey_options", "passkey_sign_in_options", "step_up_options", "changes_provisioning"],
];
/** Spent within an operation, or for the same tries as another that is met here. */
const within = [
  ...["code", "code_person", "passkey_address", "password_person", "password_reset_person", "password_reset_unproven"],
  ...["password_reset_forced", "sign_ins", "sign_ins_api_user", "sign_ins_proven"],
  ...["comparisons", "comparisons_in_account", "role_previews", "role_previews_person", "rights_dry_run", "ticket"],
  ...["users_import_dry"],
];
/** Met in the tests below. */
const below = ["password", "password_address", "changes"];
const written = globSync("lib/**/*.ts").flatMap((file) =>
  /\.test\.ts$/.test(file)
    ? []
    : [...readFileSync(file, "utf8").matchAll(/name: "(\w+)", points/g)].map(([, name]) => name),
);

/** Somebody at an address of their own, on both ways in: with one session, or as nobody where anyone may. */
async function visitor({ allow, endsOwn }: RestOperation) {
  const from = freshAddress();
  const person = await makePerson({ role: "Administrator" });
  const browser = server.browser(from);
  if (allow === "anyone") return { key: canonicalAddress(from), from, browser };
  const { name, value } = await openSession(person);
  browser.cookies.set(name, value);
  const [session] = await server.query("select id from sessions where user_id = $1", [person.id]);
  const credential = String(session?.id);
  return { key: endsOwn ? credential : person.id, credential, from, browser, cookie: `${name}=${value}` };
}

type Visitor = Awaited<ReturnType<typeof visitor>>;

/** Asks for what makes no sense, which is counted all the same. */
function ask(operation: RestOperation, { from, cookie }: Pick<Visitor, "from" | "cookie">) {
  const path = operation.route.replace(/^\w+ /, "/api/v1").replace(/\{\w+\}/g, crypto.randomUUID());
  const headers = { origin: server.url, ...(cookie && { cookie }) };
  if (!hasBody(operation)) return server.call(methodOf(operation), `${path}?nonsense=1`, { from, headers });
  const picture = binaryField(operation.input) && { "content-type": "image/png" };
  return server.call(methodOf(operation), path, { body: { nonsense: 1 }, from, headers: { ...headers, ...picture } });
}

/** Asks the pages for the same, who say in their answer what was refused, or as a file does, in its headers. */
async function refusedInPage({ browser }: { browser: Browser }, { name }: RestOperation) {
  const action = actions.get(name);
  if (!action) {
    const { status, headers } = await browser.get(downloads[name] ?? "");
    return { code: status === 429 ? "too_many_requests" : status, retryAfter: headers.get("retry-after") };
  }
  const { html } = await browser.act(action, { rows: "[]" });
  const [, code = html, retryAfter] = /"problem":\{"status":\d+,"code":"(\w+)".*?"retryAfter":(\d+)/.exec(html) ?? [];
  return { code, retryAfter };
}

describe("a budget that one way in has spent is spent on the other", () => {
  test("each that is written anywhere is looked at, or known to have one way in", () => {
    const known = [...onBoth.map(({ limit }) => limit.name), ...onOne, ...within, ...below];
    expect([...new Set(written)].sort()).toEqual(known.sort());
  });

  test.each(onBoth.map((operation, place) => ({ budget: operation.limit.name, operation, place })))(
    "$budget",
    async ({ operation, place }) => {
      const who = await visitor(operation);
      if (place % 2) {
        await leave(server, 0, operation.limit, who.key);
        await expectPage(who, operation);
        expectRest(await ask(operation, who));
      } else {
        await leave(server, 2, operation.limit, who.key);
        for (let tries = 0; tries < 2; tries++) expect((await ask(operation, who)).status).not.toBe(429);
        expectRest(await ask(operation, who));
        await expectPage(who, operation);
      }
    },
  );

  function expectRest({ status, headers, body }: Awaited<ReturnType<typeof ask>>) {
    expect(status, JSON.stringify(body)).toBe(429);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(headers.get("ratelimit")).toMatch(/;r=0;/);
  }

  async function expectPage(who: Visitor, operation: RestOperation) {
    const { code, retryAfter } = await refusedInPage(who, operation);
    expect([code, Number(retryAfter) > 0]).toEqual(["too_many_requests", true]);
  }

  test("changes", async () => {
    const operation = onBoth.find(({ name, allow }) => allow !== "anyone" && actions.has(name)) as Limited;
    const who = await visitor(operation);
    await leave(server, 1, { name: "changes", points: 600, seconds: 60 }, String(who.credential));
    expect((await ask(operation, who)).status).not.toBe(429);
    expectRest(await ask(operation, who));
    await expectPage(who, operation);
  });
});

describe("wrong passwords from one address", () => {
  const guess = (from: string, email = `${freshName()}@example.org`) =>
    server.call("POST", "/api/v1/sessions", { body: { email, password: "not the password" }, from });
  const guessInPage = (from: string) => server.browser(from).signIn(freshName(), "not the password");
  const address = { name: "password_address", points: 30, seconds: 900 };
  test("are refused on either way in, with the wait, for longer each time, and on record", async () => {
    const from = freshAddress();
    await leave(server, 2, address, canonicalAddress(from));
    expect([(await guess(from)).status, (await guess(from)).status]).toEqual([401, 401]);
    expect(refusalIn(await guessInPage(from))).toMatch(/Too many tries.*15 minutes/);
    expect((await guess(from)).headers.get("retry-after")).toMatch(/^(900|8\d\d)$/);
    await letPass(server, address, canonicalAddress(from));
    await leave(server, 1, address, canonicalAddress(from));
    expect((await guess(from)).status).toBe(401);
    expect((await guess(from)).headers.get("retry-after")).toBe("1800");
    expect(refusalIn(await guessInPage(from))).toMatch(/Too many tries.*30 minutes/);
    const recorded = await server.query(
      "select distinct action from audit_entries where address = $1 and code = 'too_many_requests' order by 1",
      [from],
    );
    expect(recorded).toEqual([{ action: "sessions.create" }, { action: "sign_in.password" }]);
  });

  test("leave no count for each name once they are refused", async () => {
    const from = freshAddress();
    await leave(server, 1, address, canonicalAddress(from));
    await guess(from);
    await guess(from);
    const [before] = await server.query("select count(*) from budgets");
    for (let tries = 0; tries < 5; tries++) await guess(from);
    await guessInPage(from);
    expect(await server.query("select count(*) from budgets")).toEqual([before]);
  });

  test("of one person make them wait on the other way in too", async () => {
    const { email } = await makePerson();
    const from = freshAddress();
    for (let tries = 0; tries < 4; tries++) await guess(from, email);
    const page = await server.browser(from).signIn(email, "not the password");
    expect(refusalIn(page)).toMatch(/Too many tries. Try again in/);
  });
});
