"use server";

import { action } from "#lib/http/next/action.ts";
import * as gateways from "#lib/tokens/gateways.ts";

/** What a gateway sends as Basic is told in one piece, as programs want it. */
export const createGateway = action(gateways.createGateway, async ({ id, name, secret }) => ({
  name,
  credential: `${id}:${secret}`,
}));

export const deleteGateway = action(gateways.deleteGateway);
