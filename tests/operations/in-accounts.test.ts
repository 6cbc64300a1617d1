import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import type { RestOperation } from "#lib/core/operation.ts";
import { isBound } from "#lib/core/tenant.ts";
import { methodOf } from "#lib/http/shape.ts";
import { operations } from "#lib/operations.ts";
import { account, openStage, person, sql } from "../cast.ts";
import { callerWith } from "../credentials.ts";
import { samples } from "../samples/operations.ts";
import { colleagues, visitors } from "../tenants.ts";

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000000" });
});

const bound = operations.filter(isBound);

test("whatever is about an account's people or things happens in an account", () => {
  const own = new Set(["profile", "token", "credential", "service_credential"]);
  const others = operations.filter(({ allow }) => allow.includes(":") && !own.has(allow.slice(allow.indexOf(":") + 1)));
  const unbound = others.filter((operation) => !isBound(operation)).map(({ name }) => name);
  // The chain is over the logs of all, and says nothing of any.
  expect(unbound).toEqual(["audit.chain"]);
});

/** Of what happens in no account, one operation of each permission stands for all that need it. */
const elsewhere = operations
  .filter((operation) => operation.allow !== "anyone" && !isBound(operation))
  .filter(({ allow }, at, all) => all.findIndex((other) => other.allow === allow) === at);

/** Asks for it on their own behalf; what it comes to, as a code. */
async function askForOneself(operation: RestOperation, { comes, headers }: (typeof visitors)[number]) {
  const who = await comes(await person(await account("Host"), []));
  const caller = callerWith(await headers(who, operation), methodOf(operation));
  return codeOf(execute(operation, caller, await samples[operation.name]?.input(who)));
}

const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => "ok",
    ({ code }) => code,
  );

describe.each(elsewhere)("$name, on their own behalf,", (operation) => {
  test.each(colleagues)("for $name", async (visitor) => {
    const wanted = visitor.verdict(operation);
    const result = await askForOneself(operation, visitor);
    expect(result).toBe(wanted === "ok" ? (samples[operation.name]?.refused?.code ?? "ok") : wanted);
  });
});

/** Asks for it in the account of somebody of whom what it needs is there; what it comes to, as a code. */
async function ask(operation: RestOperation, visitor: (typeof visitors)[number]) {
  const host = await person(await account("Host"), ["Administrator"]);
  const who = await visitor.comes(host);
  const headers = await visitor.headers(who, operation);
  const input = await samples[operation.name]?.input(host);
  const caller = callerWith(headers, methodOf(operation));
  const result = await codeOf(execute(operation, caller, { ...input, accountId: host.accountId }));
  return { host, who, result, requestId: caller.requestId };
}

describe.each(bound)("$name", (operation) => {
  test.each(visitors)("for $name", async (visitor) => {
    const wanted = visitor.verdict(operation);
    const { host, who, result, requestId } = await ask(operation, visitor);
    expect(result).toBe(wanted === "ok" ? (samples[operation.name]?.refused?.code ?? "ok") : wanted);
    if (result !== "ok" || !(operation.audit ?? operation.auditExport)) return;
    const isAbroad = who.accountId !== host.accountId;
    const entries = await sql(
      "select * from audit_entries where request_id = $1 and not coalesce(details ? 'fromAccount', false)",
      requestId,
    );
    expect(entries).toMatchObject([
      { account_id: host.accountId, actor_id: who.id, actor_account_id: isAbroad ? who.accountId : null },
    ]);
  });
});
