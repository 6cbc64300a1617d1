import { type SQL, sql } from "drizzle-orm";
import { sessions } from "#db/schema/sessions.ts";

/**
 * The factor that a session says it was opened with, where that is an access key. Processes of the version before know
 * the key by this alone, and by `sessions.access_key_id` the ones of this version do: both are written and read until
 * the next version, which drops this.
 */
export const byAccessKey = (id: string): string => `access_key ${id}`;

/** Is it what {@link byAccessKey} says, and no factor of a person? */
export const isAccessKey = (factor: string): boolean => factor.startsWith(byAccessKey(""));

/** Sessions that an access key opened, whichever version wrote them down. */
export const openedByKey = (): SQL =>
  sql`(${sessions.accessKeyId} is not null or exists (select from unnest(${sessions.factors}) f where f like ${byAccessKey("%")}))`;
