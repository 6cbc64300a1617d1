import type { Operation } from "#lib/core/operation.ts";
import { filterGroups, filterUsers } from "./directory.ts";

/** What can be done over the AIMMS PRO API alone. */
export const aimmsOperations: Operation[] = [filterUsers, filterGroups];
