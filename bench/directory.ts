import type { Client } from "pg";
import type { Embedded } from "#db/embedded/start.ts";
import { seedPeople } from "#db/seed/people.ts";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { account, makeDatabase, type Seeded, withClient } from "./database.ts";
import type { Traffic } from "./load.ts";
import type { Subject } from "./processes.ts";
import type { Rig } from "./rig.ts";
import { atMostTimesRow, type Row, ratioRow } from "./table.ts";

/** An account of so many people; the one secret is its administrator's. */
export async function makeDirectory(postgres: Embedded, people: number): Promise<Seeded> {
  const database = await makeDatabase(postgres, `bench_directory_${people}`, 1);
  await withClient(database.url, async (client) => {
    await makeAdministrator(client);
    await seedPeople(client, { accountId: account, users: people - 1, hash: hashPassword }, () => {});
    await client.query("vacuum analyze");
    await client.query("checkpoint").catch(() => {});
  });
  return database;
}

async function makeAdministrator(client: Client) {
  await client.query("update user_roles set role_id = (select id from roles where name = 'Administrator')");
  await client.query("update tokens set scopes = '{users}'");
}

const users = ({ secrets }: Seeded, ...paths: string[]): Traffic => ({
  method: "GET",
  path: "/api/v1/users",
  paths,
  bearers: secrets,
  connections: 8,
  status: 200,
});

const first = (database: Seeded) => users(database, "/api/v1/users");

/** Looks for people as one who has an address before them: 100 people, drawn by lot but the same each time. */
async function searches(database: Seeded): Promise<Traffic> {
  const text = "select email from users order by md5(username) limit 100";
  const { rows } = await withClient(database.url, (client) => client.query<{ email: string }>(text));
  const words = rows.map(({ email }) => encodeURIComponent(email.slice(0, email.indexOf("@") + 1)));
  return users(database, ...words.map((word) => `/api/v1/users?search=${word}`));
}

/** The page in the middle of the list, come to as anybody would: from one page to the next. */
async function deep(subject: Subject, database: Seeded, people: number): Promise<Traffic> {
  const headers = { authorization: `Bearer ${database.secrets[0]}` };
  let cursor = "";
  for (let passed = 0; passed < people / 2; passed += 100) {
    const answer = await fetch(`http://127.0.0.1:${subject.port}/api/v1/users?limit=100${cursor}`, { headers });
    const { nextCursor } = (await answer.json()) as { nextCursor: string | null };
    if (!nextCursor) throw new Error(`the list of ${people} ended after ${passed}`);
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return users(database, `/api/v1/users?limit=25${cursor}`);
}

/** The list of a million beside the list of a thousand. */
export async function compareDirectories(rig: Rig, few: Seeded, many: Seeded): Promise<Row[]> {
  const [ours, theirs] = [await rig.portal(many), await rig.portal(few)];
  const within = async (name: string, one: Traffic, other: Traffic) =>
    atMostTimesRow(`users, ${name}: of 1,000,000 / of 1,000`, await rig.compare(ours, theirs, [one], [other]), 1.2);
  return [
    await within("first page", first(many), first(few)),
    await within("a page in the middle", await deep(ours, many, 1_000_000), await deep(theirs, few, 1000)),
    await within("searched", await searches(many), await searches(few)),
  ];
}

/** The list of ten thousand beside a bare server that counts them and goes by offset. */
export async function compareWithCounting(rig: Rig, database: Seeded): Promise<Row[]> {
  const [ours, theirs] = [await rig.portal(database), await rig.bare("node", database)];
  const search = await searches(database);
  return [
    ratioRow("users of 10,000: a page / bare, counting", await rig.compare(ours, theirs, [first(database)]), 1.5),
    ratioRow("users of 10,000: searched / bare, counting", await rig.compare(ours, theirs, [search]), 0.7),
  ];
}
