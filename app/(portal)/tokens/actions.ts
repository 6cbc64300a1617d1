"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/doors/action.ts";
import * as many from "#lib/tokens/revoke-many.ts";
import { updateToken } from "#lib/tokens/update.ts";
import * as tokens from "#lib/tokens.ts";

/** Says what a token is called and what it is for; a form without its scopes would take them all away. */
export const renameToken = action(updateToken, undefined, ({ scopes: _, ...names }) => names);

export const revokeToken = action(tokens.revokeToken);

/** Revokes several, and goes on to where they stand then. */
export const revokeTokens = action(many.revokeTokens, async () => redirect("/tokens?state=inactive"));
