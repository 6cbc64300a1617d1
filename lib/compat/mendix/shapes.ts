import type { z } from "zod";
import type { wireUser } from "#lib/people/users/wire.ts";
import { isAdministratorRole } from "./change.ts";

/** A user as the user service tells of one. */
export const mendixUser = (user: z.output<typeof wireUser>) => ({
  id: user.id,
  name: user.username,
  fullName: user.fullName,
  email: user.email,
  isLocalUser: true,
  active: user.active,
  firstLoginTime: null,
  lastLogin: user.lastSignInAt,
  approved: true,
  emailVerified: user.emailVerifiedAt !== null,
  onboarded: user.passwordState !== "none",
  roles: [{ role: "User" }, ...(user.roles.some(isAdministratorRole) ? [{ role: "CompanyAdmin" }] : [])],
  blocked: !user.active || user.locked,
});
