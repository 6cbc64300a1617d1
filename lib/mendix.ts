import type { Operation } from "./core/operation.ts";
import { changeWholeUser, createWholeUser } from "./mendix/change.ts";
import { listWholeUsers } from "./mendix/users.ts";

/** What can be done over the surface of the Private Mendix Platform and over no other door. */
export const mendixOperations: Operation[] = [listWholeUsers, createWholeUser, changeWholeUser];
