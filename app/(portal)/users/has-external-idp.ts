import type { User } from "#lib/people/users/wire.ts";

/**
 * Does somebody sign in with an outside identity provider? They have been here, and without a password of the portal's.
 */
export const hasExternalIdp = ({
  passwordState,
  lastSignInAt,
}: Pick<User, "passwordState" | "lastSignInAt">): boolean => passwordState === "none" && lastSignInAt !== null;
