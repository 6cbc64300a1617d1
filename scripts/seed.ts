/**
 * `npm run seed -- --users 1000000`: fills the portal with made-up people, to try lists and searches out.
 * `--account 12345678` says which account, the first one unless told otherwise; with `--password` they can all sign in.
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { Client } from "pg";
import { closePools, openPools } from "#db/client.ts";
import { startEmbedded } from "#db/embedded/start.ts";
import { ensureKeys } from "#db/keys.ts";
import { migrate } from "#db/migrate.ts";
import { isInUse, seedPeople } from "#db/seed/people.ts";
import { StartupError } from "#db/startup-error.ts";
import { prepareFirstAccount } from "#lib/accounts/setup.ts";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { failureInWords } from "#lib/core/failure.ts";
import { env } from "#lib/env.ts";

const { values } = parseArgs({
  options: {
    users: { type: "string", default: "1000" },
    account: { type: "string" },
    password: { type: "string" },
    yes: { type: "boolean", default: false },
  },
});

main().catch((error: unknown) => {
  const isTold = error instanceof StartupError;
  console.error(isTold ? `${error.message}\n${error.remedy}` : failureInWords(error));
  process.exit(1);
});

async function main() {
  const users = Number(values.users);
  if (!Number.isInteger(users) || users < 1) throw new StartupError("--users takes a number.", "Write --users 1000.");
  const administrator = offerAdministrator();
  const { DATABASE_URL, DATA_DIR } = env();
  ensureKeys(env());
  const embedded = DATABASE_URL ? undefined : await startEmbedded(DATA_DIR);
  const url = DATABASE_URL ?? embedded?.url ?? "";
  try {
    await migrate(url);
    await makeAdministrator(url, administrator);
    await fill(url, users);
  } finally {
    await embedded?.stop();
  }
}

/**
 * An empty portal needs somebody who can sign in before there are others: there would be no link to set it up later.
 */
function offerAdministrator() {
  const offered = {
    ADMIN_EMAIL: "admin@example.com",
    ADMIN_PASSWORD: `Seed-${randomBytes(12).toString("base64url")}-1`,
  };
  if (!process.env.ADMIN_EMAIL) Object.assign(process.env, offered);
  return { email: process.env.ADMIN_EMAIL, password: process.env.ADMIN_PASSWORD };
}

async function makeAdministrator(url: string, { email, password }: ReturnType<typeof offerAdministrator>) {
  openPools({ url });
  const { made } = await prepareFirstAccount().finally(closePools);
  if (made) console.log(`Made the first account. Sign in as ${email} with ${password}`);
}

async function fill(url: string, users: number) {
  const client = new Client({ connectionString: url, application_name: "latchkey seed" });
  await client.connect();
  try {
    await demandUnused(client);
    const accountId = values.account ?? (await firstAccount(client));
    const passwordHash = values.password && (await hashPassword(values.password));
    const began = Date.now();
    const wanted = { accountId, users, passwordHash, hash: hashPassword };
    const made = await seedPeople(client, wanted, (done) => tell(done, users, began));
    console.log(`Made ${made} people in account ${accountId} in ${seconds(began)} s.`);
  } finally {
    await client.end();
  }
}

async function demandUnused(client: Client) {
  if (values.yes || !(await isInUse(client))) return;
  throw new StartupError(
    "There are people in this portal already.",
    "Add --yes to fill it with made-up ones all the same.",
  );
}

async function firstAccount(client: Client): Promise<string> {
  const { rows } = await client.query("select id from accounts order by created_at, id limit 1");
  return rows[0].id;
}

const tell = (done: number, users: number, began: number) =>
  console.log(`  ${done.toLocaleString("en")} of ${users.toLocaleString("en")}, ${seconds(began)} s`);

const seconds = (began: number) => Math.round((Date.now() - began) / 1000);
