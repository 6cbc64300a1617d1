"use server";

import * as gateways from "#lib/gateways.ts";
import { action } from "#lib/http/next/action.ts";

/** What a gateway sends as Basic is told in one piece, as programs want it. */
export const createGateway = action(gateways.createGateway, async ({ id, name, secret }) => ({
  name,
  credential: `${id}:${secret}`,
}));

export const deleteGateway = action(gateways.deleteGateway);
