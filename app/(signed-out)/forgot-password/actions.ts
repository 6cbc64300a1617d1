"use server";

import { action } from "#lib/doors/action.ts";
import * as resets from "#lib/resets.ts";

export const requestReset = action(resets.requestReset);
