"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import * as former from "#lib/tokens/previous-secrets.ts";
import * as copies from "#lib/tokens/retrievable-secret.ts";
import { revokeToken as revokeTokenOperation } from "#lib/tokens/revoke.ts";
import { revokeTokens as revokeTokensOperation } from "#lib/tokens/revoke-many.ts";
import * as rotation from "#lib/tokens/rotate.ts";
import { updateToken } from "#lib/tokens/update.ts";
import { boundsOfForm } from "./bounds.ts";
import { instantOf } from "./new/expiry.ts";

/** Says what a token is called and what it is for. */
export const renameToken = action(updateToken);

/** Says from where and how often a token may be used. */
export const limitToken = action(updateToken, undefined, boundsOfForm);

/** Says when a token that has not begun begins: at once, where nothing is said. */
export const startToken = action(updateToken, undefined, ({ id, startsAt, startsOn }) => ({
  id,
  startsAt: startsOn ? instantOf("custom", startsAt, startsOn) : null,
}));

/** Saves the scopes of a token, and goes back to it. */
export const saveScopes = action(updateToken, async ({ id }) => redirect(`/tokens/${id}?changed`));

/** Gives a token a new secret. */
export const rotateToken = action(rotation.rotateToken);

/** Ends the previous secrets of a token. */
export const revokePrevious = action(former.revokePrevious);

/** Shows the secret of a token again. */
export const revealToken = action(copies.revealToken);

export const revokeToken = action(revokeTokenOperation);

/** Revokes several, and goes on to where they stand then. */
export const revokeTokens = action(revokeTokensOperation, async () => redirect("/tokens?state=inactive"));
