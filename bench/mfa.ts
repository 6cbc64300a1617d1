import { generateSync } from "otplib";
import { Client } from "pg";
import { type Comparison, type Spread, spreadOf } from "./compare.ts";
import { nameOf, password } from "./database.ts";
import type { Subject } from "./processes.ts";

const lanes = 4;

type Owner = { person: number; secret: string };

/** Gives the first so many people an authenticator, as they would: over the API. */
export async function enrol(subject: Subject, people: number): Promise<Owner[]> {
  const owners: Owner[] = [];
  for (let person = 0; person < people; person++) owners.push({ person, secret: await enrolOne(subject, person) });
  return owners;
}

async function enrolOne({ port }: Subject, person: number): Promise<string> {
  const { token } = await post(port, "/sessions", { username: nameOf(person), password });
  const { id, secret } = await post(port, "/me/authenticators", {}, token);
  await post(port, `/me/authenticators/${id}/confirm`, { code: generateSync({ secret }) }, token);
  return secret;
}

type Answer = Record<"token" | "id" | "secret" | "challenge", string>;

async function post(port: number, path: string, input: object, token?: string, status = 201): Promise<Answer> {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const request = { method: "POST", headers, body: JSON.stringify(input) };
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, request);
  if (answer.status !== status) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

/** Signing in with a code against signing in with a password alone: everybody once, in turn, round by round. */
export async function compareSignIns(
  subject: Subject,
  url: string,
  owners: Owner[],
  rounds: number,
): Promise<Comparison> {
  const measured: { ratio: number; ours: number; theirs: number }[] = [];
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    await forgetSteps(url);
    const ours = await timed(subject, owners, ({ person, secret }) => withCode(subject.port, person, secret));
    const theirs = await timed(subject, owners, ({ person }) => plain(subject.port, person + owners.length));
    if (round) measured.push({ ratio: theirs.milliseconds / ours.milliseconds, ours: ours.cpu, theirs: theirs.cpu });
  }
  const of = (part: "ratio" | "ours" | "theirs"): Spread => spreadOf(measured.map((round) => round[part]));
  return { ratio: of("ratio"), cpu: { ours: of("ours").median, theirs: of("theirs").median } };
}

/** Codes are good once; the next round takes the same ones again. */
async function forgetSteps(url: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("update authenticators set last_step = 0");
  await client.end();
}

async function withCode(port: number, person: number, secret: string) {
  const { challenge } = await post(port, "/sessions", { username: nameOf(person), password }, undefined, 401);
  await post(port, "/sessions/mfa", { challenge, code: generateSync({ secret }) });
}

const plain = (port: number, person: number) => post(port, "/sessions", { username: nameOf(person), password });

async function timed(subject: Subject, owners: Owner[], signIn: (owner: Owner) => Promise<unknown>) {
  const waiting = [...owners];
  const before = await subject.read();
  const began = performance.now();
  const lane = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await signIn(next);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const milliseconds = performance.now() - began;
  const after = await subject.read();
  return { milliseconds, cpu: (after.cpuMs - before.cpuMs) / owners.length };
}
