import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { authenticators } from "#db/schema/factors.ts";
import { users } from "#db/schema/users.ts";
import { badField, notFound, Refusal } from "#lib/core/errors.ts";
import { password } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { added } from "#lib/sign-in/factors/authenticators.ts";
import { now, type Owner, sealTotpSecret, stepWithin } from "#lib/sign-in/factors/totp.ts";
import type { Person } from "#lib/sign-in/people.ts";
import { prove, typedName } from "#lib/sign-in/prove-password.ts";
import { assertStep, resumeChallenge } from "#lib/sign-in/second-factor.ts";
import { personFacts } from "./facts.ts";
import { readMfaUri } from "./mfa-uri.ts";
import { readPeople } from "./people.ts";
import { whatIsMissing } from "./sign-in.ts";

/** How far behind and ahead, in steps, a code may be: two in a row are typed within a minute. */
const [behind, ahead] = [2, 1];

/**
 * Sets up the authenticator of somebody who has proven their password just now, with a secret of their own, shown to
 * work by two codes. Refuses `mfa_enrolled` where there is a second factor: it would be proven by the password alone.
 */
export const enrolAuthenticator = defineOperation({
  name: "authenticators.enrol",
  summary: "Set up an authenticator with a secret of one's own and two codes of it",
  route: null,
  allow: "anyone",
  idempotencyKey: true,
  input: z.strictObject({
    challenge: z.string().optional().meta({ description: "The session token of a sign-in that waits for this" }),
    login: typedName.optional().meta({ description: "Username or e-mail address" }),
    password: password.optional().meta({ description: "The password" }),
    uri: z.string().max(1000).meta({ description: "`otpauth://totp/…`" }),
    codes: z.array(z.string().max(20)).max(20).meta({ description: "Two codes of it or more" }),
  }),
  output: z.object({ authenticatorId: z.string(), user: personFacts }),
  audit: ({ output: { user, authenticatorId } }) => ({ actor: user, target: authenticatorId }),
  notify: ({ output }) => added(output.user.id, "an authenticator app"),

  async run({ tx, caller }, { challenge, login, password, uri, codes }) {
    const user = challenge === undefined ? await byPassword() : await byChallenge(challenge);
    const kept = readMfaUri(uri, user);
    const lastStep = await verifyCodes(tx, kept, codes);
    const authenticatorId = await insertAuthenticator(tx, user, kept, lastStep);
    const [seen] = await readPeople(tx, eq(users.id, user.id));
    if (!seen) throw notFound("user");
    return { authenticatorId, user: seen };

    async function byPassword(): Promise<Person> {
      if (login === undefined || password === undefined) throw new Refusal("invalid_credentials");
      const user = await prove(tx, caller, { login, password });
      if (user.passwordOnce || user.passwordOld) throw new Refusal("new_password_required");
      return withoutSecond(user);
    }

    async function byChallenge(challenge: string): Promise<Person> {
      const { user, factors } = await resumeChallenge(tx, challenge);
      withoutSecond(user);
      assertStep(await whatIsMissing(tx, user, factors), "enrol");
      return user;
    }
  },
});

function withoutSecond(user: Person): Person {
  if (user.totp || user.passkey) throw new Refusal("mfa_enrolled");
  return user;
}

/**
 * The newest step of the codes, all of which must fit, and of which there must be two different ones; they are used up.
 */
async function verifyCodes(tx: Db, kept: string, codes: string[]): Promise<number> {
  const period = Number(kept.split(" ")[2] ?? 30);
  const epoch = await now(tx);
  const steps = codes.map((code) => stepWithin(kept, code, epoch, [behind * period, ahead * period]));
  const isProven = new Set(steps).size >= 2 && !steps.includes(undefined);
  if (!isProven) throw badField("codes", "wrong_code", "Give two codes of the app in a row.");
  return Math.max(...steps.map((step) => step ?? 0));
}

/** In the place of those that wait for their first code. */
async function insertAuthenticator(tx: Db, owner: Owner, kept: string, lastStep: number): Promise<string> {
  const id = crypto.randomUUID();
  const proven = { confirmedAt: sql`now()`, lastUsedAt: sql`now()`, lastStep };
  await tx.delete(authenticators).where(eq(authenticators.userId, owner.id));
  await tx
    .insert(authenticators)
    .values({ id, userId: owner.id, name: "Authenticator", secret: sealTotpSecret(id, owner, kept), ...proven });
  return id;
}
