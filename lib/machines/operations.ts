import { createAccessKey } from "./access-keys/create.ts";
import { deleteAccessKey } from "./access-keys/delete.ts";
import { getAccessKey } from "./access-keys/get.ts";
import { listAccessKeys } from "./access-keys/list.ts";
import { deleteOwnAccessKey, listOwnAccessKeys, renameOwnAccessKey } from "./access-keys/own.ts";
import { updateAccessKey } from "./access-keys/update.ts";
import { createApiUser } from "./api-users/create.ts";
import { revealCustomerKey, rotateCustomerKey } from "./api-users/customer-key.ts";
import { deleteApiUser } from "./api-users/delete.ts";
import { getApiUser } from "./api-users/get.ts";
import { listApiUsers } from "./api-users/list.ts";
import { addApiUserSecret, dropApiUserSecret } from "./api-users/secrets.ts";
import { getApiUserSettings, updateApiUserSettings } from "./api-users/settings.ts";
import { signInApiUser } from "./api-users/sign-in.ts";
import { updateApiUser } from "./api-users/update.ts";

/** Access keys and API users. */
export const machinesOperations = [
  listAccessKeys,
  createAccessKey,
  getAccessKey,
  updateAccessKey,
  deleteAccessKey,
  listOwnAccessKeys,
  renameOwnAccessKey,
  deleteOwnAccessKey,
  signInApiUser,
  listApiUsers,
  getApiUser,
  createApiUser,
  updateApiUser,
  deleteApiUser,
  addApiUserSecret,
  dropApiUserSecret,
  getApiUserSettings,
  updateApiUserSettings,
  revealCustomerKey,
  rotateCustomerKey,
] as const;
