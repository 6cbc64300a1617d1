"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/doors/action.ts";
import * as many from "#lib/tokens/revoke-many.ts";
import { updateToken } from "#lib/tokens/update.ts";
import * as tokens from "#lib/tokens.ts";
import { boundsOfForm } from "./bounds.ts";

type Input = Record<string, unknown>;

/** Only these fields of a form: of a list that a form does not have, it would take everything away. */
const only =
  (...names: string[]) =>
  (input: Input): Input =>
    Object.fromEntries(names.filter((name) => name in input).map((name) => [name, input[name]]));

/** Says what a token is called and what it is for. */
export const renameToken = action(updateToken, undefined, only("id", "name", "description"));

/** Says from where and how often a token may be used. */
export const limitToken = action(updateToken, undefined, (input) =>
  boundsOfForm(only("id", "allowedAddresses", "addressMode", "perMinute")(input)),
);

export const revokeToken = action(tokens.revokeToken);

/** Revokes several, and goes on to where they stand then. */
export const revokeTokens = action(many.revokeTokens, async () => redirect("/tokens?state=inactive"));
