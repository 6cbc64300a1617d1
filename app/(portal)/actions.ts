"use server";

import { action } from "#lib/http/next/action.ts";
import { cancelDeletion as cancelDeletionOperation } from "#lib/people/deletion/cancel.ts";

export const cancelDeletion = action(cancelDeletionOperation);
