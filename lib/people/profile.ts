import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary } from "#db/client.ts";
import { groupMembers, groups, roles, userRoles } from "#db/schema/access.ts";
import { accounts } from "#db/schema/accounts.ts";
import { pictures, users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { badField, notFound, Refusal } from "#lib/core/errors.ts";
import { instant, name, phone, wire } from "#lib/core/fields.ts";
import { requireStepUp } from "#lib/core/freshness.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { hasValues, unchanged } from "#lib/core/unchanged.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import { isZone } from "#lib/core/zones.ts";

const profile = z.object({
  id: z.uuid(),
  username: z.string().meta({ description: "Fixed when the user was made" }),
  fullName: z.string(),
  email: z.string(),
  emailVerifiedAt: instant.nullable().meta({ description: "When the address was proven; null gives it no rights" }),
  phone: z.string().nullable(),
  mobilePhone: z.string().nullable(),
  timeZone: z.string().meta({ description: "In which reminders come and days are told" }),
  pictureUrl: z
    .string()
    .nullable()
    .meta({ description: "Where the picture is, below the API's root; null without one" }),
  lockedFields: z.record(z.string(), z.string()).meta({ description: "Fields an administrator keeps, and why" }),
  account: z.object({
    id: z.string(),
    name: z.string(),
    tokenMaxDays: z.int().meta({ description: "How many days a token may live at most" }),
    tokensMayLiveForever: z.boolean(),
    tokenAddressesRequired: z.boolean().meta({ description: "Must a token name the addresses it is used from?" }),
  }),
  roles: z.array(z.object({ id: z.uuid(), name: z.string(), global: z.boolean() })),
  groups: z.array(z.object({ id: z.uuid(), name: z.string() })).meta({ description: "The groups you are in" }),
  passwordChangedAt: instant.nullable(),
  lastSignInAt: instant.nullable(),
  createdAt: instant,
  deletionDueAt: instant.nullable().meta({ description: "When you are deleted, as you asked; null when you did not" }),
  version: z.int().meta({ description: "Grows with every change; send it as If-Match to be told of others' changes" }),
});

const timeZone = z
  .string()
  .max(64, "Use at most 64 characters.")
  .regex(/^[A-Za-z][\w+/-]*$/, "Choose a time zone like Europe/Berlin.")
  .meta({ description: "IANA time zone in which reminders come and days are told", example: "Europe/Berlin" });

/** What a person sees of themselves. */
export type OwnProfile = z.output<typeof profile>;

/** The own profile, with account, roles and what is locked. */
export const getProfile = defineOperation({
  name: "profile.get",
  summary: "Read your profile",
  route: "GET /me",
  allow: "get:profile",
  about: "oneself",
  input: z.strictObject({}),
  output: profile,

  run: ({ actor, tx }) => readProfile(tx, actor),
});

/** Changes the own profile; what is left out stays. Refuses fields that an administrator keeps. */
export const updateProfile = defineOperation({
  name: "profile.update",
  summary: "Change your profile",
  route: "PATCH /me",
  allow: "update:profile",
  about: "oneself",
  stepUp: "never",
  whileImpersonating: "allowed",
  input: z
    .strictObject({
      fullName: name(100).optional().meta({ description: "The name others see" }),
      phone: phone.optional(),
      mobilePhone: phone.optional(),
      timeZone: timeZone.optional(),
      version,
    })
    .meta({ examples: [{ fullName: "Ada Okafor", phone: "+44 20 7946 0000" }] }),
  output: profile,
  audit: ({ actor, input }) => ({ target: actor.id, details: { fields: Object.keys(input) } }),

  async run({ actor, tx }, { version, ...changes }) {
    await assertKnownTimeZone(changes.timeZone);
    const [person] = await tx.select().from(users).where(eq(users.id, actor.id)).for("no key update");
    if (!person) throw notFound("user");
    assertVersion(version, person.version, "Your profile");
    refuseLocked(person, changes);
    if (hasValues(person, changes)) return unchanged(await readProfile(tx, actor));
    if (changesNumber(person, changes)) requireStepUp(actor);
    const grown = { version: sql`${users.version} + 1`, modifiedAt: sql`now()` };
    await tx
      .update(users)
      .set({ ...changes, ...grown })
      .where(eq(users.id, actor.id));
    return readProfile(tx, actor);
  },
});

type Changes = { fullName?: string; phone?: string | null; mobilePhone?: string | null; timeZone?: string };

/**
 * Refuses a zone that the platform does not know, or that the database does not, which reckons with them for everybody
 * at once. It is asked to reckon, since it reads its own list from hundreds of files.
 */
async function assertKnownTimeZone(zone: string | undefined) {
  if (zone === undefined) return;
  const known = isZone(zone) && (await primary().execute(sql`select now() at time zone ${zone}`).catch(unlessUnknown));
  if (!known) throw badField("timeZone", "unknown_zone", "Choose a time zone like Europe/Berlin.");
}

/** A cast of a name that is no zone: `invalid_parameter_value`. */
function unlessUnknown(error: Error & { cause?: unknown }) {
  const { cause = error } = error;
  if (cause instanceof Error && "code" in cause && cause.code === "22023") return null;
  throw error;
}

/** A phone number is what a thief would change first: it asks for step-up where a name does not. */
const changesNumber = (person: typeof users.$inferSelect, changes: Changes) =>
  (["phone", "mobilePhone"] as const).some((field) => field in changes && changes[field] !== person[field]);

function refuseLocked(person: typeof users.$inferSelect, changes: Changes) {
  const touched = (Object.keys(changes) as (keyof Changes)[]).filter((field) => changes[field] !== person[field]);
  const errors = touched
    .filter((field) => Object.hasOwn(person.lockedFields, field))
    .map((field) => ({ pointer: `/${field}`, code: "locked", message: `Locked: ${person.lockedFields[field]}` }));
  if (errors.length) throw new Refusal("invalid_fields", "An administrator keeps some of these fields.", { errors });
}

async function readProfile(tx: Db, actor: Actor) {
  const [row] = await tx
    .select({ user: users, account: accounts, etag: pictures.etag })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .leftJoin(pictures, eq(pictures.userId, users.id))
    .where(eq(users.id, actor.id));
  if (!row) throw notFound("user");
  const { user, account, etag } = row;
  return {
    ...user,
    account,
    pictureUrl: etag && `/me/picture?v=${etag}`,
    roles: await rolesOf(tx, actor.id),
    groups: await groupsOf(tx, actor.id),
    passwordChangedAt: wire(user.passwordChangedAt),
    lastSignInAt: wire(user.lastSignInAt),
    createdAt: wire(user.createdAt),
    emailVerifiedAt: wire(user.emailVerifiedAt),
    deletionDueAt: wire(user.deletionDueAt),
  };
}

const groupsOf = (tx: Db, userId: string) =>
  tx
    .select({ id: groups.id, name: groups.name })
    .from(groupMembers)
    .innerJoin(groups, eq(groups.id, groupMembers.groupId))
    .where(eq(groupMembers.userId, userId))
    .orderBy(groups.name);

async function rolesOf(tx: Db, userId: string) {
  return tx
    .select({ id: roles.id, name: roles.name, global: sql<boolean>`${roles.accountId} is null` })
    .from(userRoles)
    .innerJoin(roles, eq(roles.id, userRoles.roleId))
    .where(eq(userRoles.userId, userId))
    .orderBy(roles.name);
}
