"use server";

import { action } from "#lib/doors/action.ts";
import * as tokens from "#lib/tokens.ts";

export const updateToken = action(tokens.updateToken);

export const revokeToken = action(tokens.revokeToken);
