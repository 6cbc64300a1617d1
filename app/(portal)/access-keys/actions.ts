"use server";

import { action } from "#lib/http/next/action.ts";
import * as own from "#lib/machines/access-keys/own.ts";

export const renameOwnAccessKey = action(own.renameOwnAccessKey);

export const deleteOwnAccessKey = action(own.deleteOwnAccessKey);
