import { isDeepStrictEqual } from "node:util";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { emailChanges, users } from "#db/schema/users.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import type { Measure } from "#lib/access/over/rights-over.ts";
import type { Actor } from "#lib/core/actor.ts";
import { requireOwnersRights } from "#lib/core/authorize.ts";
import { Refusal } from "#lib/core/errors.ts";
import { dropLinks } from "#lib/core/links.ts";
import { queueMail } from "#lib/core/mail/queue.ts";
import { queueNotice } from "#lib/core/notice.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { assertVersion } from "#lib/core/version.ts";
import { sealFirstSecret } from "#lib/notifications/webhook/secrets.ts";
import { accessChanged } from "#lib/vault/provisioning/queue.ts";
import { proofMail } from "../email/mails.ts";
import { dropPending, proofHours } from "../email/pending.ts";
import { statusFields, tellStatus } from "./change-notices.ts";
import { usernameTaken } from "./fields.ts";
import { nameOf } from "./insert.ts";
import { type HeldUser, lockUserForChange } from "./lock-rows.ts";
import { emailReplaced, profileChanged, webhookReplaced } from "./notices.ts";
import { invitation } from "./password-notices.ts";

/** What an administrator may change about a person. */
export type Changes = {
  fullName?: string;
  email?: string;
  phone?: string | null;
  mobilePhone?: string | null;
  webhookUrl?: string | null;
  lockedFields?: Record<string, string>;
  notificationsOnly?: boolean;
  active?: boolean;
};

export type ProfileField = keyof Changes;

type Requester = { actor: Actor; tenant: Tenant };

/** What each field is called in a mail; what has words of its own is told in a notice of its own. */
const fieldWords: Partial<Record<ProfileField, string>> = {
  fullName: "your name",
  phone: "your phone number",
  mobilePhone: "your mobile phone number",
  lockedFields: "which fields of your profile you can change yourself",
};

/**
 * Changes what differs, tells the person, and ends their sessions when they may no longer sign in; answers which fields
 * were changed. Refuses one's own status and address (`own_user`), the last administrator's status, a version that has
 * grown (`version_conflict`), an address by token, and somebody who may do more than who changes them
 * (`privilege_escalation`).
 */
export function changeUser(
  tx: Db,
  by: Requester,
  id: string,
  changes: Changes,
  version?: number,
): Promise<ProfileField[]> {
  const change = () => apply(tx, by, id, changes, version);
  const mayEnd = changes.active === false || changes.notificationsOnly === true;
  return mayEnd ? keepAdministrator(tx, by.tenant.accountId, change) : change();
}

async function apply(tx: Db, { actor, tenant }: Requester, id: string, changes: Changes, version?: number) {
  const person = await lockUserForChange({ tx, actor, tenant }, id, (held) => measureOf(actor, held, changes, version));
  const touched = touchedBy(person, changes);
  if (!touched.length) return touched;
  const grown = { version: sql`${users.version} + 1`, modifiedAt: sql`now()`, modifiedBy: actor.id };
  const moved = hasMoved(person, changes) ? { emailVerifiedAt: null, emailSetByAdministrator: true } : {};
  const mine = and(eq(users.id, id), eq(users.accountId, tenant.accountId));
  await tx
    .update(users)
    .set({ ...changes, ...moved, ...grown })
    .where(mine)
    .catch(usernameTaken);
  await follow(tx, actor, person, changes, touched);
  const givesOrTakes = hasMoved(person, changes) || touched.some((field) => statusFields.includes(field));
  if (givesOrTakes) await accessChanged(tx, tenant);
  return touched;
}

/**
 * What whoever makes these changes must hold of what the person holds; refuses those that nobody makes, or not in this
 * way.
 */
function measureOf(actor: Actor, person: HeldUser, changes: Changes, version?: number): Measure | null {
  assertVersion(version, person.version, "This user");
  const touched = touchedBy(person, changes);
  if (!touched.length) return null;
  if (person.id === actor.id && touched.some((field) => statusFields.includes(field))) throw new Refusal("own_user");
  if (touched.includes("email")) requireMayChangeEmail(actor, person.id);
  return opens(changes, touched) ? "everything" : "administrative";
}

/**
 * Could whoever makes these changes sign in as the person afterwards? Where mail and notifications go, whoever reads
 * them could; and so could who knew the password of somebody who was switched off.
 */
function opens({ active, notificationsOnly }: Changes, touched: ProfileField[]): boolean {
  const isMoved = touched.includes("email") || touched.includes("webhookUrl");
  const isActivated = touched.includes("active") && active === true;
  return isMoved || isActivated || (touched.includes("notificationsOnly") && notificationsOnly === false);
}

const touchedBy = (person: HeldUser, changes: Changes): ProfileField[] =>
  (Object.keys(changes) as ProfileField[]).filter((field) => differs(person, changes, field));

/**
 * One's own address is proven before it counts, and can be returned to; and no token's scope moves anybody's (I-14,
 * I-24).
 */
function requireMayChangeEmail(actor: Actor, id: string) {
  if (id === actor.id) throw new Refusal("own_user", "Change your own address on your profile, by PUT /me/email.");
  requireOwnersRights(actor);
}

const differs = (person: HeldUser, changes: Changes, field: ProfileField) =>
  changes[field] !== undefined && !isDeepStrictEqual(changes[field], person[field]);

/** Another address, not the same in other letters. */
const hasMoved = (person: HeldUser, { email }: Changes): boolean =>
  email !== undefined && email.toLowerCase() !== person.email.toLowerCase();

async function follow(tx: Db, actor: Actor, person: HeldUser, changes: Changes, touched: ProfileField[]) {
  const words = touched.flatMap((field) => fieldWords[field] ?? []);
  if (words.length) await queueNotice(tx, profileChanged(person.id, words));
  if (touched.includes("webhookUrl")) await followWebhook(tx, person, changes.webhookUrl ?? null);
  if (hasMoved(person, changes)) await moveAddress(tx, actor, person, changes.email ?? "");
  await tellStatus(tx, person, changes, touched);
}

async function followWebhook(tx: Db, person: HeldUser, url: string | null) {
  await sealFirstSecret(tx, person);
  await queueNotice(tx, webhookReplaced(person.id, url));
}

/**
 * What was mailed to the old address is worth nothing, but for the way back to one that the person had before; the new
 * one is to be proven before it counts (I-17).
 */
async function moveAddress(tx: Db, { accountId: sender }: Actor, person: HeldUser, newEmail: string) {
  await dropPending(tx, person.id);
  for (const purpose of ["reset", "invitation"] as const) await dropLinks(tx, person.id, purpose);
  if (person.emailVerifiedAt) await queueNotice(tx, emailReplaced(person, newEmail));
  const moved = { ...person, email: newEmail };
  if (isStillInvited(person)) return queueMail(tx, invitation(moved, await nameOf(tx, person.accountId), sender));
  const expiresAt = sql`now() + ${proofHours} * interval '1 hour'`;
  const proof = { userId: person.id, oldEmail: newEmail, newEmail, expiresAt };
  const [change] = await tx.insert(emailChanges).values(proof).returning();
  if (change) await queueMail(tx, proofMail(moved, change, sender));
}

/** Was this person asked to choose a first password, and has not done so yet? */
const isStillInvited = (person: HeldUser): boolean =>
  person.passwordHash === null &&
  person.lastSignInAt === null &&
  person.invitedAt !== null &&
  person.active &&
  !person.notificationsOnly;
