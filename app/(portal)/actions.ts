"use server";

import { action } from "#lib/http/next/action.ts";
import * as deletion from "#lib/people/deletion/operations.ts";

export const cancelDeletion = action(deletion.cancelDeletion);
