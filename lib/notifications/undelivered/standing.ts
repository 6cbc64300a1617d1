import { type SQL, sql } from "drizzle-orm";
import type { users } from "#db/schema/users.ts";

/** Where no mail can go (RFC 2606): the end of what stands for the address of somebody who lost theirs. */
export const NO_ADDRESS_SUFFIX = "@address.invalid";

/** Does this stand for no address at all? */
export const isNoAddress = (email: string): boolean => email.endsWith(NO_ADDRESS_SUFFIX);

type Addressed = Pick<typeof users.$inferSelect, "email" | "emailVerifiedAt" | "emailSetByAdministrator" | "createdBy">;

/**
 * May a link to a new password go to this person's address? To one that they proved, and to one that an administrator
 * set, since the link proves it; not to what they merely typed themselves (I-17). Where it is not recorded who set an
 * address, it was an administrator if one made the user: nobody's own address was ever replaced before it was proven.
 */
export const takesLinks = ({ email, emailVerifiedAt, emailSetByAdministrator, createdBy }: Addressed): boolean =>
  emailVerifiedAt !== null || ((emailSetByAdministrator ?? createdBy !== null) && !isNoAddress(email));

/** The same of the row of `users` under this name in a statement. */
export function isTakingLinks(name: "users" | "u"): SQL<boolean> {
  const user = sql.raw(name);
  const isSet = sql`coalesce(${user}.email_set_by_administrator, ${user}.created_by is not null)`;
  return sql`(${user}.email_verified_at is not null or (${isSet} and ${user}.email not like ${`%${NO_ADDRESS_SUFFIX}`}))`;
}
