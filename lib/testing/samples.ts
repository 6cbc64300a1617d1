import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { type LinkPurpose, mintLink } from "#lib/core/links.ts";
import { transaction } from "#lib/db/index.ts";
import { type Ceremony, mintPasskeyChallenge } from "#lib/factors/passkeys/challenges.ts";
import { handleOf } from "#lib/factors/passkeys/wire.ts";
import { mintChallenge } from "#lib/sign-in/challenges.ts";
import { mintTicket } from "#lib/sign-in/tickets.ts";
import { givePasskey, newAuthenticator } from "./authenticator.ts";
import { type Person, sql, tokenRow } from "./cast.ts";
import { handedOut } from "./credentials.ts";

/** What to ask an operation with, once what it needs of this person is there. */
type Sample = {
  input(person: Person): Promise<Record<string, unknown>>;
  /** Why it is refused on a portal in use, although the caller may. */
  refused?: { status: number; code: string };
  /** It cannot know whom it concerns, so that the record names nobody. */
  unnamed?: true;
};

/** A small picture of one colour. */
export const drawing = (side = 8) => sharp({ create: { width: side, height: side, channels: 3, background: "teal" } });

const nothing = { input: async () => ({}) };
const nameAndPassword = {
  input: async ({ username, password }: Person) => {
    handedOut.add(password);
    return { username, password };
  },
};

/** One for every operation there is: `operations.test.ts` fails when one is missing. */
export const samples: Record<string, Sample> = {
  "setup.get": nothing,
  "setup.create": {
    input: async () => ({
      link: "lk_set_of_some_other_portal",
      accountName: "Second",
      fullName: "Eve",
      email: "eve@example.org",
      password: "Violet-Kettle-29",
    }),
    refused: { status: 409, code: "already_set_up" },
  },
  "sign_in.password": nameAndPassword,
  "sign_in.ticket": {
    input: async ({ id }) => {
      const ticket = await transaction((tx) => mintTicket(tx, id, ["password"]));
      handedOut.add(ticket);
      return { ticket };
    },
  },
  "sign_in.passkey_options": { ...nothing, unnamed: true },
  "sign_in.passkey": {
    input: async (person) => {
      const { authenticator } = await givePasskey(person);
      return { response: authenticator.get({ challenge: await asked({ purpose: "sign-in", userId: null }) }) };
    },
  },
  "sign_in.second_factor_options": {
    input: async (person) => {
      await givePasskey(person);
      const { challenge } = await transaction((tx) => mintChallenge(tx, person.id, ["password"], "code"));
      handedOut.add(challenge);
      return { challenge };
    },
  },
  "step_up.passkey_options": nothing,
  "passkeys.options": nothing,
  "passkeys.add": {
    input: async ({ id, username }) => {
      const challenge = await asked({ purpose: "register", userId: id });
      const user = { id: handleOf(id), name: username, displayName: username };
      return { name: "laptop", response: newAuthenticator().create({ challenge, user }) };
    },
  },
  "passkeys.rename": { input: async (person) => ({ id: (await givePasskey(person)).id, name: "phone" }) },
  "passkeys.remove": {
    input: async (person) => ({ id: (await givePasskey(person)).id, endOtherSessions: false }),
  },
  "sessions.create": nameAndPassword,
  "sessions.end_current": nothing,
  "profile.get": nothing,
  "profile.update": { input: async () => ({ fullName: "Somebody Else" }) },
  "picture.get": {
    input: async ({ id }) => {
      await givePicture(id);
      return {};
    },
  },
  "picture.put": { input: async () => ({ picture: new Uint8Array(await drawing().png().toBuffer()) }) },
  "picture.delete": {
    input: async ({ id }) => {
      await givePicture(id);
      return {};
    },
  },
  "password.change": {
    input: async ({ password }) => {
      handedOut.add(password).add("Copper-Lantern-83");
      return { currentPassword: password, newPassword: "Copper-Lantern-83" };
    },
  },
  "password_resets.request": { input: async ({ email }) => ({ email }), unnamed: true },
  "password_resets.check": { input: async (person) => ({ link: await linkOf(person, "reset") }) },
  "password_resets.complete": {
    input: async (person) => {
      handedOut.add("Copper-Lantern-83");
      return { link: await linkOf(person, "reset"), newPassword: "Copper-Lantern-83" };
    },
  },
  "tokens.list": nothing,
  "tokens.create": { input: async () => ({ name: "nightly export", scopes: ["profile:read"] }) },
  "tokens.get": { input: ownToken },
  "tokens.update": { input: async (person) => ({ ...(await ownToken(person)), name: "renamed" }) },
  "tokens.revoke": { input: ownToken },
  "tokens.verify": nothing,
  "scopes.list": nothing,
};

const asked = (ceremony: Ceremony) => transaction((tx) => mintPasskeyChallenge(tx, ceremony));

const givePicture = async (userId: string) =>
  sql(
    "insert into pictures (user_id, content, etag) values ($1, $2, 'etag') on conflict do nothing",
    userId,
    await drawing().webp().toBuffer(),
  );

/** The secret of a link, as if it had just been mailed. */
export async function linkOf({ id }: Person, purpose: LinkPurpose, data?: Record<string, string>): Promise<string> {
  const order = { userId: id, purpose, words: "Go on", path: "", minutes: 30, data };
  const secret = (await mintLink(randomUUID(), order)).slice(1);
  handedOut.add(secret);
  return secret;
}

async function ownToken(person: Person) {
  return { id: await tokenRow(person) };
}
