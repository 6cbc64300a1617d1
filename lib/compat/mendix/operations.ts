import type { Operation } from "#lib/core/operation.ts";
import { changeWholeUser, createWholeUser } from "./change.ts";
import { listWholeUsers } from "./users.ts";

/** What can be done over the surface of the Private Mendix Platform and over no other door. */
export const mendixOperations: Operation[] = [listWholeUsers, createWholeUser, changeWholeUser];
