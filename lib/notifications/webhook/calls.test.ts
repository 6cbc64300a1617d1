import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { seal } from "#lib/core/crypto/sealing.ts";
import { execute } from "#lib/core/execute.ts";
import { isPublic } from "#lib/core/net/egress-policy.ts";
import type { Operation } from "#lib/core/operation.ts";
import { createUser } from "#lib/people/users/create.ts";
import { updateUser } from "#lib/people/users/update.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { boss, type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { openReceiver, type Receiver } from "#tests/receiver.ts";
import { by } from "#tests/rights.ts";
import { deliverCall, signed, type WebhookCall, webhookJob } from "./calls.ts";
import { deleteWebhook } from "./delete.ts";
import { putWebhook } from "./put.ts";
import { rotateWebhookSecret } from "./rotate-secret.ts";
import { mintWebhookSecret } from "./secrets.ts";
import { testWebhook } from "./test.ts";

let cast: Cast;
let mailbox: Mailbox;
let receiver: Receiver;

beforeAll(async () => {
  cast = await openStage({ APP_URL: "https://portal.example", RATE_LIMIT_FACTOR: "1000" });
  [mailbox, receiver] = [await openMailbox(), await openReceiver()];
});

const someone = () => person(cast.here, ["Member"]);
const set = async (who: Person, url = receiver.url) => (await execute(putWebhook, await asPerson(who), { url })).output;
const rotate = async (who: Person) => (await execute(rotateWebhookSecret, await asPerson(who), {})).output.secret;
const call = ({ id }: Person): WebhookCall => ({
  id: randomUUID(),
  userId: id,
  event: "new_device",
  subject: "Hello",
  paragraphs: ["One."],
  path: "/sessions",
});
const last = () => {
  const seen = receiver.calls.at(-1);
  if (!seen) throw new Error("nobody called");
  return { ...seen, told: JSON.parse(seen.body), signatures: String(seen.headers["webhook-signature"]).split(" ") };
};
const right = (secret: string | null) => {
  const { headers, body } = last();
  return `v1,${signed(secret ?? "", String(headers["webhook-id"]), Number(headers["webhook-timestamp"]), body)}`;
};

describe("a webhook", () => {
  test("that an administrator sets is called, under a secret that its person replaces", async () => {
    const input = { fullName: "Kim", email: `kim-${randomUUID()}@example.org`, webhookUrl: receiver.url };
    const [who, made] = [await someone(), await by(cast.ada, createUser, input)];
    await by(cast.ada, updateUser, { userId: who.id, webhookUrl: receiver.url });
    for (const { id, username } of [who, made]) {
      await deliverCall(call({ id } as Person), receiver.policy);
      expect(last().told.user).toEqual({ id, username });
    }
    const secret = await rotate(who);
    await deliverCall(call(who), receiver.policy);
    expect(last().signatures).toEqual([right(secret), expect.stringMatching(/^v1,/)]);
  });

  test("is told what happened, signed over id, time and body", async () => {
    const who = await someone();
    const { secret } = await set(who);
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    const told = call(who);
    await deliverCall(told, receiver.policy);
    expect(last().told).toEqual({
      id: told.id,
      event: "new_device",
      subject: "Hello",
      paragraphs: ["One."],
      url: "https://portal.example/sessions",
      user: { id: who.id, username: who.username },
    });
    expect(last().headers["webhook-id"]).toBe(told.id);
    expect(Math.abs(Number(last().headers["webhook-timestamp"]) - Date.now() / 1000)).toBeLessThan(60);
    expect(last().signatures).toEqual([right(secret)]);
  });

  test("signs as the published example of standardwebhooks.com does", () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const body = '{"test": 2432232314}';
    expect(signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)).toBe(
      "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    );
  });

  test("is verified by the example in the documentation, which refuses what was changed or is old", async () => {
    const [, example = ""] = /```js\n(.*?)```/s.exec(readFileSync("docs/notifications.md", "utf8")) ?? [];
    const { isGenuine } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(example)}`);
    const who = await someone();
    await set(who);
    const secret = await rotate(who);
    await deliverCall(call(who), receiver.policy);
    const { headers, body } = last();
    const then = Number(headers["webhook-timestamp"]) - 301;
    const signature = `v1,${signed(secret, String(headers["webhook-id"]), then, body)}`;
    const old = { ...headers, "webhook-timestamp": String(then), "webhook-signature": signature };
    expect(isGenuine(headers, body, secret)).toBe(true);
    expect(isGenuine(headers, `${body} `, secret)).toBe(false);
    expect(isGenuine({ ...headers, "webhook-id": randomUUID() }, body, secret)).toBe(false);
    expect(isGenuine(headers, body, mintWebhookSecret())).toBe(false);
    expect(isGenuine(old, body, secret)).toBe(false);
    expect(isGenuine({}, body, secret)).toBe(false);
  });

  test("keeps its secret when its address changes", async () => {
    const who = await someone();
    const { secret } = await set(who);
    expect(await set(who, `${receiver.url}/other`)).toEqual({ url: `${receiver.url}/other`, secret: null });
    await deliverCall(call(who), receiver.policy);
    expect(last().signatures).toEqual([right(secret)]);
  });

  test("is signed with the secret before as well, for a day after it was replaced", async () => {
    const who = await someone();
    const { secret: before } = await set(who);
    const secret = await rotate(who);
    await deliverCall(call(who), receiver.policy);
    expect(last().signatures).toEqual([right(secret), right(before)]);
  });

  test("is signed with the new secret alone when that day is over", async () => {
    const who = await someone();
    await set(who);
    const secret = mintWebhookSecret();
    const kept = { secret, before: { secret: mintWebhookSecret(), until: Date.now() - 60_000 } };
    const context = { table: "users", field: "webhook_secret", row: who.id, account: who.accountId };
    await sql("update users set webhook_secret = $2 where id = $1", who.id, seal(context, JSON.stringify(kept)));
    await deliverCall(call(who), receiver.policy);
    expect(last().signatures).toEqual([right(secret)]);
  });

  test.each([302, 404, 500])("that answers %i is called again", async (status) => {
    const who = await someone();
    await set(who);
    receiver.answer = (_, res) => void res.writeHead(status).end();
    await expect(deliverCall(call(who), receiver.policy)).rejects.toThrow(`answered ${status}`);
    receiver.answer = (_, res) => void res.writeHead(204).end();
  });

  test("that was removed is called no more", async () => {
    const who = await someone();
    await set(who);
    await execute(deleteWebhook, await asPerson(who), {});
    const before = receiver.calls.length;
    await deliverCall(call(who), receiver.policy);
    expect(receiver.calls.length).toBe(before);
  });

  test("is never called on this machine by the portal itself", async () => {
    const who = await someone();
    await set(who);
    const before = receiver.calls.length;
    await expect(webhookJob.work(call(who))).rejects.toThrow("public internet");
    const { output } = await execute(testWebhook, await asPerson(who), {});
    expect(output).toMatchObject({ status: null, taken: false, outcome: expect.stringContaining("public internet") });
    expect([receiver.calls.length, isPublic("127.0.0.1")]).toEqual([before, false]);
  });

  test("is queued with each notice, by the same id as the mail", async () => {
    const who = await someone();
    await set(who);
    await mailbox.work();
    const jobs = await boss().fetch<WebhookCall>("webhook", { batchSize: 100 });
    const own = jobs.filter(({ data }) => data.userId === who.id);
    expect(own).toMatchObject([{ data: { event: "webhook_changed" } }]);
    expect((await mailbox.newest(who.email)).messageId).toContain(String(own[0]?.data.id));
  });
});

describe("setting it", () => {
  test.each([
    ["http", "http://hooks.example.org/"],
    ["a name and password", "https://ada:pw@hooks.example.org/"],
    ["a script", "javascript:alert(1)"],
    ["a file", "file:///etc/passwd"],
    ["no address", "hooks.example.org"],
  ])("refuses %s", async (_, url) => {
    const caller = await asPerson(await someone());
    await expect(execute(putWebhook, caller, { url })).rejects.toMatchObject({ code: "invalid_fields" });
  });

  test("asks for step-up", async () => {
    const who = await someone();
    const caller = await asPerson(who);
    await sql("update sessions set fresh_until = '-infinity' where user_id = $1", who.id);
    const operations: Operation[] = [rotateWebhookSecret, deleteWebhook, testWebhook];
    for (const operation of operations)
      await expect(execute(operation, caller, {})).rejects.toMatchObject({ code: "step_up_required" });
    await expect(execute(putWebhook, caller, { url: receiver.url })).rejects.toMatchObject({
      code: "step_up_required",
    });
  });

  test("keeps its secret sealed, bound to the person", async () => {
    const [who, other] = [await someone(), await someone()];
    const { secret } = await set(who);
    await set(other);
    const [row] = await sql<{ text: string }>("select webhook_secret::text as text from users where id = $1", who.id);
    expect(Buffer.from(String(row?.text).slice(2), "hex").toString()).not.toContain(secret);
    await sql(
      "update users set webhook_secret = (select webhook_secret from users where id = $1) where id = $2",
      who.id,
      other.id,
    );
    await expect(deliverCall(call(other), receiver.policy)).rejects.toThrow();
  });

  test("can be replaced or tested only where there is one", async () => {
    const who = await someone();
    await expect(execute(rotateWebhookSecret, await asPerson(who), {})).rejects.toMatchObject({ status: 404 });
    await expect(execute(deleteWebhook, await asPerson(who), {})).rejects.toMatchObject({ status: 404 });
    await expect(execute(testWebhook, await asPerson(who), {})).rejects.toMatchObject({ status: 409 });
  });
});
