import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { primary } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { badField, notFound, Refusal } from "#lib/core/errors.ts";
import { name, phone } from "#lib/core/fields.ts";
import { requireStepUp } from "#lib/core/freshness.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { hasValues, unchanged } from "#lib/core/unchanged.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import { isZone } from "#lib/core/zones.ts";
import { profile, readProfile } from "./profile.ts";

const timeZone = z
  .string()
  .max(64, "Use at most 64 characters.")
  .regex(/^[A-Za-z][\w+/-]*$/, "Choose a time zone like Europe/Berlin.")
  .meta({ description: "IANA time zone in which reminders come and days are told", example: "Europe/Berlin" });

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
