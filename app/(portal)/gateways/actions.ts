"use server";

import { action } from "#lib/http/next/action.ts";
import {
  createGateway as createGatewayOperation,
  deleteGateway as deleteGatewayOperation,
} from "#lib/tokens/gateways.ts";

/** What a gateway sends as Basic is told in one piece, as programs want it. */
export const createGateway = action(createGatewayOperation, async ({ id, name, secret }) => ({
  name,
  credential: `${id}:${secret}`,
}));

export const deleteGateway = action(deleteGatewayOperation);
