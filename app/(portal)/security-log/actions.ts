"use server";

import { action } from "#lib/doors/action.ts";
import * as log from "#lib/security-log.ts";

export const exportSecurityLog = action(log.exportSecurityLog);
