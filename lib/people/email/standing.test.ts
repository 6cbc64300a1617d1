import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { primary, transaction } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { createAccount } from "#lib/accounts/create.ts";
import { createUserWithPassword } from "#lib/compat/aims/create-user.ts";
import { execute } from "#lib/core/execute.ts";
import { takesLinks } from "#lib/notifications/undelivered/standing.ts";
import { completeReset } from "#lib/sign-in/resets/complete.ts";
import { resetJob } from "#lib/sign-in/resets/mail.ts";
import { requestReset } from "#lib/sign-in/resets/request.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, callerWith } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { updateUserWithPassword } from "../../compat/aims/update-user.ts";
import { importUsers } from "../csv/import.ts";
import { createUser } from "../users/create.ts";
import { forceReset } from "../users/force-reset.ts";
import { inviteAgain } from "../users/invite-again.ts";
import { updateUser } from "../users/update.ts";
import { releaseAddress } from "./reclaim-address.ts";

let cast: Cast;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  mailbox = await openMailbox();
});

const fresh = () => ({ fullName: "Fay Osei", email: `fay-${randomUUID()}@example.org` });
const password = "Violet-Kettle-29";
const newPassword = "Copper-Lantern-83";

const idOf = async (email: string) =>
  (await sql<{ id: string }>("select id from users where email = $1", email))[0]?.id ?? "";

const ask = async (email: string) => {
  await execute(requestReset, callerWith({}), { email });
  await mailbox.work(resetJob as never);
  return (await mailbox.of(email)).filter(({ subject }) => subject === "Choose a new password");
};

/** Somebody with a password and an address that they proved. */
const colleague = () => person(cast.here, ["Member"]);

async function moved(change: typeof updateUser | typeof updateUserWithPassword) {
  const who = await colleague();
  const { email } = fresh();
  await execute(change, await asPerson(cast.ada), { userId: who.id, email });
  return email;
}

const ways: [way: string, make: () => Promise<string>][] = [
  [
    "was made with a password",
    async () =>
      (await execute(createUserWithPassword, await asPerson(cast.ada), { ...fresh(), password })).output.email,
  ],
  [
    "was made with a one-time password",
    async () =>
      (await execute(createUser, await asPerson(cast.ada), { ...fresh(), oneTimePassword: true })).output.email,
  ],
  ["was given another address", () => moved(updateUser)],
  ["was given another address over AIMS", () => moved(updateUserWithPassword)],
  [
    "was imported, and given a password before they came",
    async () => {
      const { email, fullName } = fresh();
      await execute(importUsers, await asPerson(cast.ada), { rows: [{ email, fullName }] });
      const userId = await idOf(email);
      await execute(updateUserWithPassword, await asPerson(cast.ada), { userId, password });
      return email;
    },
  ],
  [
    "was made by the version before, which did not record it",
    async () => {
      const { email } = (await execute(createUserWithPassword, await asPerson(cast.ada), { ...fresh(), password }))
        .output;
      await sql("update users set email_set_by_administrator = null where email = $1", email);
      return email;
    },
  ],
];

describe.each(ways)("who %s", (_, make) => {
  test("is mailed a link to a new password, which proves the address", async () => {
    const email = await make();
    const [mail] = await ask(email);
    const link = mail?.link?.split("/").at(-1);
    await execute(completeReset, callerWith({}), { link, newPassword });
    const [kept] = await sql("select email_verified_at is not null as proven from users where email = $1", email);
    expect(kept).toEqual({ proven: true });
  });

  test("is mailed one when an administrator ends their password", async () => {
    const email = await make();
    await execute(forceReset, await asPerson(cast.ada), { userId: await idOf(email) });
    const [mail, ...more] = (await mailbox.of(email)).filter(({ subject }) => subject === "Choose a new password");
    expect([mail?.link, more]).toEqual([expect.stringContaining("/reset-password/lk_lnk_"), []]);
  });
});

const untaken: [what: string, make: () => Promise<Person>][] = [
  [
    "typed theirs themselves",
    async () => {
      const who = await colleague();
      await sql("update users set email_verified_at = null, email_set_by_administrator = false where id = $1", who.id);
      return who;
    },
  ],
  [
    "nobody made, and of whose address it was not recorded who set it",
    async () => {
      const who = await colleague();
      await sql("update users set email_verified_at = null where id = $1", who.id);
      return who;
    },
  ],
];

describe.each(untaken)("who %s", (_, make) => {
  test("is mailed nothing before they proved it", async () => {
    const who = await make();
    expect(await ask(who.email)).toEqual([]);
    const forced = execute(forceReset, await asPerson(cast.ada), { userId: who.id });
    await expect(forced).rejects.toMatchObject({ code: "conflict" });
  });
});

test("whoever lost an address to its owner has none that an invitation could go to", async () => {
  const made = (await execute(createUser, await asPerson(cast.ada), fresh())).output;
  const owner = await colleague();
  await transaction((tx) => releaseAddress(tx, owner.id, made.email));
  const [row] = await primary().select().from(users).where(eq(users.id, made.id));
  expect(row && takesLinks(row)).toBe(false);
  const again = execute(inviteAgain, await asPerson(cast.ada), { userId: made.id });
  await expect(again).rejects.toMatchObject({ code: "conflict" });
});

test("the founder of an account that was made is invited at the address that was set", async () => {
  const { email, fullName } = fresh();
  const input = { name: "Branch", administratorName: fullName, administratorEmail: email };
  await execute(createAccount, await asPerson(cast.ada), input);
  const rows = await sql("select email_set_by_administrator as set from users where email = $1", email);
  expect(rows).toEqual([{ set: true }]);
});
