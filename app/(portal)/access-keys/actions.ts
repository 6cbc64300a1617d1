"use server";

import * as own from "#lib/access-keys/own.ts";
import { action } from "#lib/http/next/action.ts";

export const renameOwnAccessKey = action(own.renameOwnAccessKey);

export const deleteOwnAccessKey = action(own.deleteOwnAccessKey);
