import type { Operation } from "#lib/core/operation.ts";
import { changeWholeUser, createWholeUser } from "./change.ts";
import { listWholeUsers } from "./users.ts";

/** What can be done over the API of the Private Mendix Platform alone. */
export const mendixOperations: Operation[] = [listWholeUsers, createWholeUser, changeWholeUser];
