import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { transaction } from "#db/client.ts";
import { type LinkPurpose, mintLink } from "#lib/core/links.ts";
import { mintWebhookSecret, sealWebhookSecret } from "#lib/notifications/webhook/secrets.ts";
import { mintTicket } from "#lib/sign-in/tickets.ts";
import { handedOut, type Person, person, sql } from "../cast.ts";
import { accessKeySamples } from "./access-keys.ts";
import { accountSamples } from "./accounts.ts";
import { apiUserSamples } from "./api-users.ts";
import { auditSamples } from "./audit.ts";
import { credentialSamples } from "./credentials.ts";
import { factorSamples } from "./factors.ts";
import { gatewaySamples } from "./gateways.ts";
import { passkeySamples } from "./passkeys.ts";
import { rightsSamples } from "./rights.ts";
import { tokenSamples } from "./tokens.ts";
import { userSamples } from "./users.ts";

/** What to ask an operation with, once what it needs of this person is there. */
export type Sample = {
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

/** One for every operation there is: `registry.test.ts` fails when one is missing. */
export const samples: Record<string, Sample> = {
  ...accountSamples,
  ...auditSamples,
  ...factorSamples,
  ...passkeySamples,
  ...accessKeySamples,
  ...apiUserSamples,
  ...gatewaySamples,
  ...userSamples,
  ...rightsSamples,
  ...credentialSamples,
  ...tokenSamples,
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
  "password.get": nothing,
  "password.change": {
    input: async ({ password }) => {
      handedOut.add(password).add("Copper-Lantern-83");
      return { currentPassword: password, newPassword: "Copper-Lantern-83" };
    },
  },
  "email.get": nothing,
  "email.change": { input: async ({ username }) => ({ newEmail: `${username}@elsewhere.example` }) },
  "email.resend": {
    input: async (person) => {
      await emailChange(person);
      return {};
    },
  },
  "email.cancel": {
    input: async (person) => {
      await emailChange(person);
      return {};
    },
  },
  "email.check": { input: async (person) => ({ link: await linkOf(person, "email", await emailChange(person)) }) },
  "email.confirm": { input: async (person) => ({ link: await linkOf(person, "email", await emailChange(person)) }) },
  "email.check_undo": {
    input: async (person) => ({ link: await linkOf(person, "email-undo", await emailChange(person, true)) }),
  },
  "email.undo": {
    input: async (person) => ({ link: await linkOf(person, "email-undo", await emailChange(person, true)) }),
  },
  "secure.get": nothing,
  "secure.run": {
    input: async ({ username }) => ({ username, endSessions: true, revokeTokens: true, renewRecoveryCodes: true }),
  },
  "data.export": nothing,
  "deletion.get": nothing,
  "deletion.request": {
    input: async ({ username, accountId }) => {
      await person(accountId, ["Administrator"]);
      return { username };
    },
  },
  "deletion.cancel": { input: async (who) => deletionAsked(who).then(() => ({})) },
  "deletion.check": {
    input: async (who) => deletionAsked(who).then(async () => ({ link: await linkOf(who, "keep-account") })),
  },
  "deletion.keep": {
    input: async (who) => deletionAsked(who).then(async () => ({ link: await linkOf(who, "keep-account") })),
  },
  "password_resets.request": { input: async ({ email }) => ({ email }), unnamed: true },
  "password_resets.check": {
    input: async (person) => ({ link: await linkOf(person, "reset", { email: person.email }) }),
  },
  "password_resets.complete": {
    input: async (person) => {
      handedOut.add("Copper-Lantern-83");
      return { link: await linkOf(person, "reset", { email: person.email }), newPassword: "Copper-Lantern-83" };
    },
  },
  "scopes.list": nothing,
  "notifications.list": nothing,
  "notifications.count": nothing,
  "notifications.read": { input: async ({ id }) => ({ id: await notificationRow(id) }) },
  "notifications.read_all": { input: async ({ id }) => notificationRow(id).then(() => ({})) },
  "notification_settings.get": nothing,
  "notification_settings.put": { input: async () => ({ wanted: ["token_expiry:mail"] }) },
  "webhook.put": { input: async () => ({ url: "https://hooks.example.org/latchkey" }) },
  "webhook.rotate": { input: withWebhook },
  "webhook.test": { input: withWebhook },
  "webhook.delete": { input: withWebhook },
  "security_log.list": nothing,
  "security_log.export": nothing,
  "mail_failures.list": nothing,
  "mail_failures.retry": { input: async (person) => ({ id: await deadLetter(person) }) },
};

/** Tells somebody of something in the portal; its id. Instants are SQL. */
export async function notificationRow(userId: string, subject = "Hello", createdAt = "now()"): Promise<string> {
  const [made] = await sql<{ id: string }>(
    `insert into notifications (id, user_id, event, subject, paragraphs, created_at)
     values (gen_random_uuid(), $1, 'new_device', $2, '{One.,Two.}', ${createdAt}) returning id`,
    userId,
    subject,
  );
  return made?.id ?? "";
}

/** Leaves a mail of somebody's undelivered; its id. */
export async function deadLetter({ id, email }: Person, subject = "Hello", link?: object): Promise<string> {
  const [made] = await sql<{ id: string }>(
    `insert into jobs.job (name, data, output, source_name, source_created_on, source_retry_count)
     values ('undelivered', $1, '{"message": "550 no such mailbox"}', 'mail', now() - interval '7 hours', 12) returning id`,
    JSON.stringify({ id: randomUUID(), userId: id, to: email, subject, paragraphs: ["Hello,"], link }),
  );
  return made?.id ?? "";
}

/** A webhook whose address is nobody's on the internet: a call to it is not even tried. */
async function withWebhook({ id, accountId }: Person) {
  const sealed = await transaction((tx) => sealWebhookSecret(tx, { id, accountId }, mintWebhookSecret()));
  await sql("update users set webhook_url = 'https://127.0.0.1/', webhook_secret = $2 where id = $1", id, sealed);
  return {};
}

const givePicture = async (userId: string) =>
  sql(
    "insert into pictures (user_id, content, etag) values ($1, $2, 'etag') on conflict do nothing",
    userId,
    await drawing().webp().toBuffer(),
  );

/** Somebody has asked to be deleted. */
export const deletionAsked = ({ id }: Person) =>
  sql("update users set deletion_due_at = now() + interval '14 days' where id = $1", id);

/** A change of address that waits for its proof, or one that can be undone; what its link is made for. */
export async function emailChange({ id, email, username }: Person, isDone = false): Promise<{ change: string }> {
  const [made] = await sql<{ id: string }>(
    `insert into email_changes (user_id, old_email, new_email, sent_at, expires_at, confirmed_at, undo_until)
     values ($1, $2, $3, now() - interval '5 minutes', now() + interval '1 day',
       case when $4 then now() end, case when $4 then now() + interval '7 days' end) returning id`,
    id,
    email,
    `${username}@elsewhere.example`,
    isDone,
  );
  return { change: made?.id ?? "" };
}

/** The secret of a link, as if it had just been mailed. */
export async function linkOf({ id }: Person, purpose: LinkPurpose, data?: Record<string, string>): Promise<string> {
  const order = { userId: id, purpose, words: "Go on", path: "", minutes: 30, data };
  const secret = String(await mintLink(randomUUID(), order)).slice(1);
  handedOut.add(secret);
  return secret;
}
