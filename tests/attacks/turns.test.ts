import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterAll, expect, test, vi } from "vitest";
import { maxConcurrent } from "#lib/core/concurrency.ts";
import { makePerson, type Person } from "../../e2e/people.ts";
import { openNameServer } from "../name-server.ts";
import { startServer } from "./server.ts";

// Of its own: what is looked at is what one process has under way, with name servers and a mail server that wait.
const names = await openNameServer((name) => (name.startsWith("silent") ? "silent" : ["10.0.0.1"]));
const mails = await openMailServer();
const server = await startServer({ settings: { DNS_SERVERS: names.server, SMTP_URL: mails.url } });
process.env.E2E_DATABASE_URL = server.databaseUrl;

afterAll(async () => {
  await Promise.all([server.stop(), names.close()]);
  await mails.close();
});

const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000 });

/**
 * A mail server that keeps mails for the addresses in `held` waiting: the connections that wait are `waiting`, and
 * those that were given up meanwhile `ended`. `taken` are the addresses of all others that it had mails for.
 */
async function openMailServer() {
  const [held, waiting, ended] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const taken: string[] = [];
  const mailServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    logger: false,
    onRcptTo: ({ address }, session, answer) => {
      if (!held.has(address)) return answer();
      waiting.add(session.id);
    },
    onData: (stream, { envelope }, answer) => {
      stream.resume().on("end", () => {
        taken.push(...envelope.rcptTo.map(({ address }) => address));
        answer();
      });
    },
    onClose: ({ id }) => {
      if (waiting.delete(id)) ended.add(id);
    },
  });
  await new Promise<void>((listening) => mailServer.listen(0, "127.0.0.1", listening));
  const url = `smtp://127.0.0.1:${(mailServer.server.address() as AddressInfo).port}`;
  return { url, held, waiting, ended, taken, close: () => new Promise<void>((closed) => mailServer.close(closed)) };
}

const people = async (count: number) => {
  const first = await makePerson();
  const { accountId } = first;
  return [first, ...(await Promise.all(Array.from({ length: count - 1 }, () => makePerson({ accountId }))))];
};

/** Somebody with a webhook at a host of this name. */
async function withWebhook(person: Person, host: string) {
  const token = await server.signIn(person);
  const set = await server.call("PUT", "/api/v1/me/webhook", { token, body: { url: `https://${host}/` } });
  expect(set.status).toBeLessThan(300);
  return { test: () => server.call("POST", "/api/v1/me/webhook/test", { token, body: {} }) };
}

/** Calls that were asked for, in the order in which they are answered. */
function ordered() {
  const answers: { who: string; status: number; body: object }[] = [];
  const ask = async (who: string, { test }: { test: () => ReturnType<typeof server.call> }) => {
    const { status, body } = await test();
    answers.push({ who, status, body });
  };
  return { answers, ask, of: (who: string) => answers.filter((answer) => answer.who === who) };
}

const refusedName = { status: 201, body: { outcome: expect.stringContaining("not lead to an address on the public") } };

test("webhooks whose names are never answered hold up no call of another account", async () => {
  const slow = await Promise.all((await people(8)).map((one, n) => withWebhook(one, `silent-${n}.example.org`)));
  const other = await withWebhook(await makePerson(), "answered.example.org");
  const { answers, ask } = ordered();
  const asked = slow.map((one) => ask("slow", one));
  await until(() => expect(new Set(names.queries.filter((name) => name.startsWith("silent-"))).size).toBe(8));
  await ask("other", other);
  expect(answers).toMatchObject([{ who: "other", ...refusedName }]);
  await Promise.all(asked);
  expect(answers.slice(1)).toMatchObject(Array(8).fill({ who: "slow", status: 201, body: { taken: false } }));
});

test("one account has some calls under way and no more, however many people ask for them", async () => {
  const many = await Promise.all((await people(20)).map((one, n) => withWebhook(one, `silent-many-${n}.example.org`)));
  const other = await withWebhook(await makePerson(), "also-answered.example.org");
  const { ask, of } = ordered();
  const tries = many.flatMap((one) => [one, one, one]);
  const asked = tries.map((one) => ask("many", one));
  await until(() => expect(of("many").length).toBe(tries.length - maxConcurrent.account));
  expect(new Set(of("many").map(({ status }) => status))).toEqual(new Set([429]));
  await ask("other", other);
  expect(of("other")).toMatchObject([refusedName]);
  expect(of("many").length).toBe(tries.length - maxConcurrent.account);
  await Promise.all(asked);
});

test("one account's mails that are not taken hold up no mail of another", async () => {
  const slow = await people(30);
  for (const { email } of slow) mails.held.add(email);
  const other = await makePerson();
  const forget = ({ email }: Person) => server.call("POST", "/api/v1/password-resets", { body: { email } });
  await Promise.all(slow.map(forget));
  await until(() => expect(mails.waiting.size).toBeGreaterThan(5));
  await forget(other);
  await until(() => expect(mails.taken).toContain(other.email));
  expect([mails.ended.size, mails.waiting.size > 5]).toEqual([0, true]);
});
