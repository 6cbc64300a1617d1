import { strFromU8, unzipSync } from "fflate";
import { beforeAll, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { listSecurityLog } from "#lib/audit/security-log/operations.ts";
import { execute } from "#lib/core/execute.ts";
import { makeRecoveryCodes } from "#lib/sign-in/factors/recovery-codes.ts";
import { type Cast, handedOut, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, type Headers, sessionOf, tokenOf } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { drawing, linkOf } from "#tests/samples/operations.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { beginImpersonation } from "../impersonation.ts";
import { updateProfile } from "../update-profile.ts";

let cast: Cast;
let api: TestApi;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  mailbox = await openMailbox();
  api = await openTestApi();
});

const ask = (session: string, headers: Headers = {}) =>
  api.request("/api/v1/me/exports", { method: "POST", ...json({}, { ...bearer(session), ...headers }) });

async function unpacked(who: Person) {
  const answer = await ask(await sessionOf(who));
  const files = unzipSync(new Uint8Array(answer.body as Buffer));
  const text = (name: string) => strFromU8(files[name] ?? new Uint8Array());
  return { answer, files, data: JSON.parse(text("data.json")), page: text("index.html") };
}

test("everything that is kept of a person comes as one zip, for programs and for people", async () => {
  const who = await person(cast.here, ["Member"]);
  const token = await tokenOf(who, ["profile:read"], { name: "nightly export" });
  await sql(
    "insert into pictures (user_id, content, etag) values ($1, $2, 'e')",
    who.id,
    await drawing().webp().toBuffer(),
  );
  await sql("insert into authenticators (user_id, name, secret, confirmed_at) values ($1, 'Phone', 'x', null)", who.id);
  const { answer, files, data, page } = await unpacked(who);
  expect([answer.status, answer.headers]).toMatchObject([
    201,
    { "content-type": "application/zip", "content-disposition": 'attachment; filename="latchkey-my-data.zip"' },
  ]);
  expect(Object.keys(files)).toEqual(["data.json", "index.html", "picture.webp"]);
  expect(data).toMatchObject({
    profile: { username: who.username, email: who.email },
    account: { id: cast.here, name: "Quarry" },
    roles: [{ name: "Member" }],
    apiTokens: [{ name: "nightly export", id: token.id }],
    authenticators: [{ name: "Phone" }],
    securityLog: [{ action: "tokens.create" }],
  });
  expect(data.sessions).toHaveLength(2);
  for (const words of [who.username, "nightly export", "Phone", "API token created"]) expect(page).toContain(words);
});

test("it does not say from where somebody came who acted as the person, nor does their log when it is searched", async () => {
  const who = await person(cast.here, ["Member"]);
  const elsewhere = callerWith({ ...bearer(await sessionOf(cast.ada)), "user-agent": "Support-Desk/9" }, "POST");
  const reason = "Ticket 4711: no apps listed";
  const { output } = await execute(
    beginImpersonation,
    { ...elsewhere, address: "203.0.113.77" },
    { userId: who.id, reason },
  );
  const acting = callerWith({ ...bearer(output.token), "user-agent": "Support-Desk/9" }, "PATCH");
  await execute(updateProfile, { ...acting, address: "203.0.113.77" }, { fullName: "Renamed" });
  const { data, page } = await unpacked(who);
  const visits = data.sessions.filter(({ impersonatorId }: { impersonatorId: string | null }) => impersonatorId);
  expect(visits).toMatchObject([{ address: null, impersonatorSessionId: null, impersonationReason: reason }]);
  expect(JSON.stringify(data) + page).not.toContain("203.0.113.77");
  const found = async (search: string) =>
    (await execute(listSecurityLog, await asPerson(who), { search })).output.items.map(({ action }) => action);
  expect([await found("203.0.113.77"), await found("Support-Desk")]).toEqual([[], []]);
  expect(await found("profile")).toContain("profile.update");
});

test("it holds no secret, and no hash of one", async () => {
  const who = await person(cast.here, ["Member"]);
  await tokenOf(who, ["profile:read"]);
  await linkOf(who, "reset");
  await sql("insert into former_passwords (user_id, hash) values ($1, '$argon2id$former')", who.id);
  await sql("update users set webhook_secret = 'whsec' where id = $1", who.id);
  const codes = await transaction((tx) => makeRecoveryCodes(tx, who.id));
  const { data, page } = await unpacked(who);
  const everything = JSON.stringify(data) + page;
  for (const secret of [...handedOut, ...codes, who.password]) expect(everything).not.toContain(secret);
  expect(everything).not.toMatch(/argon2|lk_\w{3}_|whsec|secretHash|"secret"|passwordHash|"hash"/i);
});

test("words in it are words, on the page too", async () => {
  const who = await person(cast.here, ["Member"]);
  await sql("update users set full_name = '<script>alert(1)</script>&\"''' where id = $1", who.id);
  const { data, page } = await unpacked(who);
  expect(data.profile.fullName).toBe(`<script>alert(1)</script>&"'`);
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;");
  expect(page).not.toContain("<script");
});

test("it holds nothing of anybody else", async () => {
  const [who, other] = [await person(cast.here, ["Member"]), await person(cast.here, ["Member"])];
  await tokenOf(other, ["profile:read"], { name: "not yours" });
  const { data } = await unpacked(who);
  expect(JSON.stringify(data)).not.toMatch(new RegExp(`${other.id}|${other.username}|not yours`));
});

test("a lock without an end is no obstacle", async () => {
  const who = await person(cast.here, ["Member"]);
  const session = await sessionOf(who);
  await sql("update sessions set fresh_until = 'infinity', proven_at = 'infinity' where user_id = $1", who.id);
  expect((await ask(session)).status).toBe(201);
});

test("it asks for a proof of identity that is fresh, and is told of by mail", async () => {
  const who = await person(cast.here, ["Member"]);
  const session = await sessionOf(who);
  expect((await ask(session)).status).toBe(201);
  expect((await mailbox.newest(who.email)).subject).toBe("Your data was downloaded");
  await sql("update sessions set fresh_until = now() where user_id = $1", who.id);
  expect((await ask(session)).field("code")).toBe("step_up_required");
});

test("it is not kept with the answers under an Idempotency-Key", async () => {
  const who = await person(cast.here, ["Member"]);
  const session = await sessionOf(who);
  const key = { "idempotency-key": "export-export-export" };
  await ask(session, key);
  const [kept] = await sql<{ answer: object }>("select answer from idempotent_answers where actor_id = $1", who.id);
  expect(Object.keys(kept?.answer ?? {}).toSorted()).toEqual(["contentType", "fileName", "notice"]);
  const again = await ask(session, key);
  expect([again.status, again.headers["idempotency-replayed"]]).toEqual([201, "true"]);
});
