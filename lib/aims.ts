import { enrolAuthenticator } from "./aims/enrolment.ts";
import { changePasswordByName } from "./aims/passwords.ts";
import { getTokenInfo, goOnToAims, signInToAims, signInWithAccessKey } from "./aims/sign-in.ts";
import { getPerson, listGlobalRoles, listPeople, listRolesOfPerson, readPermissionsOf } from "./aims/users.ts";
import type { Operation } from "./core/operation.ts";
import { createUserWithPassword } from "./users/create.ts";
import { updateUserWithPassword } from "./users/set-password.ts";

/** What can be done over AIMS and over no other door: REST and its document do not know it. */
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
