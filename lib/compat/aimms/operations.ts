import type { Operation } from "#lib/core/operation.ts";
import { filterGroups, filterUsers } from "./directory.ts";

/** What can be done over the AIMMS PRO surface and over no other door. */
export const aimmsOperations: Operation[] = [filterUsers, filterGroups];
