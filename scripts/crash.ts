/**
 * Kills the portal, its Postgres, or both while people write, again and again, and checks after each restart that what
 * was acknowledged is there, that nothing is there by half, and that the record matches.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { addPeople, checkDatabase } from "./crash/checks.ts";
import { makePortal, type Portal } from "./crash/portal.ts";
import { passwordWriter, profileWriter, tokenWriter, type Writer } from "./crash/writers.ts";

/** Each blow once, or in the number asked for. */
const rounds = process.env.TEST_DEPTH === "full" ? 100 : 3;
const password = "correct-Horse-7-battery";
const people = ["ada", "ben", "cleo", "dana"].map((name) => ({ email: `${name}@example.org`, password }));

const blows: { what: string; strike(portal: Portal): Promise<void> }[] = [
  { what: "the app", strike: killApp },
  { what: "Postgres", strike: (portal) => portal.killPostgres() },
  { what: "the app and Postgres", strike: killBoth },
];

async function killApp(portal: Portal) {
  await portal.killApp();
  await portal.start();
}

async function killBoth(portal: Portal) {
  await Promise.all([portal.killApp(), portal.killPostgres()]);
  await portal.start();
}

const portal = await makePortal();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.once(signal, () => portal.stop().then(() => process.exit(1)));
try {
  await run();
} catch (error) {
  console.error(portal.log().split("\n").slice(-40).join("\n"));
  console.error(error);
  process.exitCode = 1;
} finally {
  await portal.stop();
  portal.tidy();
}

async function run() {
  await portal.start();
  await addPeople(
    portal.databaseUrl(),
    people.map(({ email }) => email),
    password,
  );
  const writers = await hire();
  for (let round = 1; round <= rounds; round++) await oneRound(round, writers);
  if (!(await portal.stop())) throw new Error("the portal did not stop within 15 s");
  await portal.start();
  await check(writers);
  console.log(`crash: ${rounds} rounds, ${total(writers)} acknowledged writes, all there`);
}

async function hire(): Promise<Writer[]> {
  const [ada, ben, cleo, dana] = people;
  if (!ada || !ben || !cleo || !dana) throw new Error("four people write");
  const { base } = portal;
  return [
    await tokenWriter(base, ada),
    await tokenWriter(base, ben),
    await profileWriter(base, cleo),
    await passwordWriter(base, dana),
  ];
}

async function oneRound(round: number, writers: Writer[]) {
  const blow = blows[(round - 1) % blows.length] ?? killNothing();
  let isTime = false;
  const writing = Promise.all(writers.map((writer) => writer.write(() => !isTime)));
  await sleep(700 + Math.random() * 800);
  const began = performance.now();
  await blow.strike(portal);
  isTime = true;
  await writing;
  await portal.back();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  await check(writers);
  console.log(`round ${round}: kill -9 of ${blow.what}, back after ${seconds} s, ${total(writers)} writes all there`);
}

function killNothing(): never {
  throw new Error("there is nothing to kill");
}

async function check(writers: Writer[]) {
  for (const writer of writers) await writer.check();
  await checkDatabase(portal.databaseUrl());
}

function total(writers: Writer[]) {
  return writers.reduce((sum, writer) => sum + writer.count(), 0);
}
