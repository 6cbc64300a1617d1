import { filterGroups, filterUsers } from "./aimms/directory.ts";
import type { Operation } from "./core/operation.ts";

/** What can be done over the AIMMS PRO surface and over no other door. */
export const aimmsOperations: Operation[] = [filterUsers, filterGroups];
