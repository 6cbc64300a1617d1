import type { Operation } from "#lib/core/operation.ts";
import { createUserWithPassword } from "#lib/people/users/create.ts";
import { updateUserWithPassword } from "#lib/people/users/set-password.ts";
import { changePasswordByName } from "#lib/sign-in/passwords/by-name.ts";
import { enrolAuthenticator } from "./enrolment.ts";
import { getTokenInfo, goOnToAims, signInToAims, signInWithAccessKey } from "./sign-in.ts";
import { getPerson, listGlobalRoles, listPeople, listRolesOfPerson, readPermissionsOf } from "./users.ts";

/** What can be done over the AIMS API alone: REST and its document do not know it. */
export const aimsOperations: Operation[] = [
  signInToAims,
  goOnToAims,
  signInWithAccessKey,
  getTokenInfo,
  changePasswordByName,
  enrolAuthenticator,
  listPeople,
  getPerson,
  listRolesOfPerson,
  readPermissionsOf,
  listGlobalRoles,
  createUserWithPassword,
  updateUserWithPassword,
];
