import { beforeAll, describe, expect, test } from "vitest";
import { notAudited } from "#lib/core/audit.ts";
import type { RestOperation } from "#lib/core/operation.ts";
import { problems } from "#lib/core/problems.ts";
import { aimsTokenHeader } from "#lib/http/callers.ts";
import { successOf } from "#lib/http/shape.ts";
import { operations } from "#lib/operations.ts";
import { account, handedOut, openStage, type Person, person, sql } from "./cast.ts";
import type { Headers } from "./credentials.ts";
import { carrying, type Presentation, type PresentationKind, presentations } from "./presentations.ts";
import { samples } from "./samples/operations.ts";
import { type Answer, callOperation, openTestApi, type TestApi } from "./test-api.ts";

/**
 * Describes what every operation there is says to this kind of presentation: its answer, what it hands back, what it
 * leaves on record. The calling test file has a portal and a listener of its own for it.
 */
export function describeEveryOperation(kind: PresentationKind): void {
  let api: TestApi;

  beforeAll(async () => {
    await openStage({ RATE_LIMIT_FACTOR: "1000000", TRUSTED_PROXIES: "127.0.0.1" });
    api = await openTestApi();
  });

  describe.each(operations)("$name", (operation) => {
    test.each<Presentation>(presentations[kind])("asked for by $name", (presentation) =>
      expectAnswer(api, operation, presentation),
    );
  });

  test("no secret is on record", async () => {
    const [record] = await sql<{ text: string }>("select string_agg(e::text, ' ') as text from audit_entries e");
    for (const secret of handedOut) expect(record?.text).not.toContain(secret);
  });

  test("the handed-out secrets were there to be found", () => {
    expect(handedOut.size).toBeGreaterThan(100);
  });
}

async function expectAnswer(api: TestApi, operation: RestOperation, presentation: Presentation) {
  const { who, input, headers } = await arrive(operation, presentation);
  const { status, code } = expected(operation, presentation);
  const answer = await callOperation(api, operation, input, headers);
  expect([answer.status, code && answer.field("code")]).toEqual([status, code]);
  expect(answer.headers["www-authenticate"]).toEqual(challenge(operation, code, headers));
  expectNothingHandedBack(answer, headers);
  const requestId = String(answer.headers["x-request-id"]);
  if (isDeadToken(headers, code)) await expectRefusedToken(requestId, code);
  const actor = await actorOf(operation, presentation, who);
  await expectRecord(operation, actor, requestId, code, kindOf(headers, presentation));
}

const sampleOf = ({ name }: RestOperation) => {
  const sample = samples[name];
  if (!sample) throw new Error(`Give tests/samples/operations.ts a sample of ${name}`);
  return sample;
};

const statusOf = (code: string) => problems[code as keyof typeof problems].status;

/** Somebody comes with something in hand, and what the operation needs is there. */
async function arrive(operation: RestOperation, { roles, headers, isOver }: Presentation) {
  const holder = await person(await account("Own"), roles);
  const who = isOver ? await person(await account("Own"), roles) : holder;
  const brought = await headers(holder, operation);
  return { who, input: await sampleOf(operation).input(who), headers: brought };
}

/** What is to come of it: the sample's own refusal when they may but things stand against it. */
function expected(operation: RestOperation, { verdict, enables }: Presentation) {
  const code = verdict(operation);
  if (code !== "ok") return { status: statusOf(code), code };
  const isInTheWay = enables !== operation.name;
  return (isInTheWay && sampleOf(operation).refused) || { status: successOf(operation), code: undefined };
}

/**
 * RFC 6750: how to identify oneself, with the error only when something was brought. No scope opens what a session
 * alone does.
 */
function challenge({ allow, by }: RestOperation, code: string | undefined, { authorization }: Headers) {
  const scope = by === "session" ? "" : `.*${carrying[allow]?.[0] ?? ""}.*`;
  if (code === "insufficient_scope")
    return expect.stringMatching(new RegExp(`^Bearer realm="Latchkey", error="insufficient_scope", scope="${scope}"$`));
  if (!code || statusOf(code) !== 401) return undefined;
  return `Bearer realm="Latchkey"${authorization ? ', error="invalid_token"' : ""}`;
}

function expectNothingHandedBack({ text, headers }: Answer, brought: Headers) {
  const { authorization, cookie, [aimsTokenHeader]: aims } = brought;
  const everything = text + JSON.stringify(headers);
  for (const secret of [authorization?.split(" ")[1], cookie?.split("=")[1], aims])
    if (secret) expect(everything).not.toContain(secret);
}

/** What kind of credential goes on record: none when what was brought counts for nothing. */
function kindOf({ authorization, cookie, [aimsTokenHeader]: aims }: Headers, { isOver }: Presentation) {
  if (isOver || (!authorization && !cookie && !aims)) return null;
  if (authorization?.includes("lk_api_")) return "api_user";
  return authorization?.includes("lk_pat_") ? "token" : "session";
}

/** Who is on record: where anyone may, the person whose proof it was. */
async function actorOf({ allow }: RestOperation, { actor }: Presentation, who: Person): Promise<Person> {
  return actor && allow !== "anyone" ? { ...who, id: await actor(who) } : who;
}

const isDeadToken = ({ authorization = "" }: Headers, code = "") =>
  authorization.includes("lk_pat_") && ["token_expired", "token_revoked", "owner_inactive"].includes(code);

/** A token that is refused leaves an entry of its own, whatever it was brought for. */
async function expectRefusedToken(requestId: string, code: string | undefined) {
  const entries = "select code, result from audit_entries where request_id = $1 and action = 'tokens.use'";
  expect(await sql(entries, requestId)).toEqual([{ code, result: "refused" }]);
}

/** A change leaves exactly one entry, a denial one, anything else none. */
async function expectRecord(
  operation: RestOperation,
  who: Person,
  requestId: string,
  code: string | undefined,
  kind: string | null,
) {
  const entries = await sql(
    // What concerns another account besides stands in the log of that one, too.
    `select * from audit_entries where request_id = $1 and not coalesce(details ? 'fromAccount', false)
     and action <> 'tokens.use'`,
    requestId,
  );
  const isDenied = code !== undefined && statusOf(code) === 403;
  const isRecorded = operation.auditExport || (operation.audit && operation.audit !== notAudited);
  if (code ? !isDenied : !isRecorded) return expect(entries).toEqual([]);
  const result = code ? { result: "refused", code } : { result: "done", code: null };
  expect(entries).toMatchObject([{ action: operation.name, ...result }]);
  // A cookie is not even looked up when another site sends it.
  if (code === "origin_refused") return;
  if (sampleOf(operation).unnamed) return;
  // Who proves a name and password is on record by that, whatever else they brought.
  const own = operation.allow === "anyone" ? {} : { credential_kind: kind };
  expect(entries).toMatchObject([{ actor_id: who.id, account_id: who.accountId, ...own }]);
}
