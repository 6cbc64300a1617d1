"use server";

import { action } from "#lib/doors/action.ts";
import * as imports from "#lib/users/import.ts";

/** Takes the rows of a file, as JSON: a form has no fields for lists of objects. */
export const importUsers = action(imports.importUsers, undefined, ({ rows, ...input }) => ({
  ...input,
  rows: JSON.parse(String(rows)),
}));
