"use server";

import { action } from "#lib/http/next/action.ts";
import {
  deleteOwnAccessKey as deleteOwnAccessKeyOperation,
  renameOwnAccessKey as renameOwnAccessKeyOperation,
} from "#lib/machines/access-keys/own.ts";

export const renameOwnAccessKey = action(renameOwnAccessKeyOperation);

export const deleteOwnAccessKey = action(deleteOwnAccessKeyOperation);
