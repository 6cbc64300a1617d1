import { randomUUID } from "node:crypto";
import { handedOut, type Person, person, sql, tokenRow } from "../cast.ts";
import { linkOf } from "../factors.ts";
import type { Sample } from "./operations.ts";

const nothing = { input: async () => ({}) };

const colleagueOf = async ({ accountId }: Person) => ({ userId: (await person(accountId, ["Member"])).id });

/** Somebody who was invited and has no password yet. */
export async function invitedIn(accountId: string): Promise<Person> {
  const who = await person(accountId, ["Member"]);
  await sql(
    "update users set password_hash = null, invited_at = now(), email_verified_at = null where id = $1",
    who.id,
  );
  return who;
}

async function invitationOf({ id }: Person) {
  await sql("update users set password_hash = null, invited_at = now(), last_sign_in_at = null where id = $1", id);
}

/** Samples of what administrators do about users. */
export const userSamples: Record<string, Sample> = {
  "users.list": nothing,
  "users.count": nothing,
  "users.find": { input: async ({ username }) => ({ username }) },
  "users.get": { input: colleagueOf },
  "users.not_held": { input: colleagueOf },
  "users.create": { input: async () => ({ fullName: "Fay Osei", email: `fay-${randomUUID()}@example.org` }) },
  "users.update": { input: async (who) => ({ ...(await colleagueOf(who)), fullName: "Somebody Else" }) },
  "users.delete": { input: colleagueOf },
  "users.lock": { input: async (who) => ({ ...(await colleagueOf(who)), reason: "Lost phone" }) },
  "users.unlock": { input: colleagueOf },
  "users.invite": { input: async ({ accountId }) => ({ userId: (await invitedIn(accountId)).id }) },
  "users.give_password": { input: colleagueOf },
  "users.force_password_reset": { input: colleagueOf },
  "users.list_tokens": { input: colleagueOf },
  "users.revoke_token": {
    input: async ({ accountId }) => {
      const colleague = await person(accountId, ["Member"]);
      return { userId: colleague.id, id: await tokenRow(colleague) };
    },
  },
  "users.export": nothing,
  "users.import": {
    input: async () => ({ rows: [{ fullName: "Fay Osei", email: `fay-${randomUUID()}@example.org` }], dryRun: true }),
  },
  "users.change_many": { input: async () => ({ action: "activate", userIds: [randomUUID()] }) },
  "invitations.check": {
    input: async (who) =>
      invitationOf(who).then(async () => ({ link: await linkOf(who, "invitation", { email: who.email }) })),
  },
  "invitations.accept": {
    input: async (who) => {
      await invitationOf(who);
      handedOut.add("Copper-Lantern-83");
      return { link: await linkOf(who, "invitation", { email: who.email }), newPassword: "Copper-Lantern-83" };
    },
  },
};
