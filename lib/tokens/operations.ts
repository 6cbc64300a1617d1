import { createToken } from "./create.ts";
import { createGateway, deleteGateway, listGateways } from "./gateways.ts";
import { getToken } from "./get.ts";
import { revokeLeaked } from "./leaks/operations.ts";
import { listTokens } from "./list.ts";
import { revokePrevious } from "./previous-secrets.ts";
import { revealToken } from "./retrievable-secret.ts";
import { revokeToken } from "./revoke.ts";
import { revokeTokens } from "./revoke-many.ts";
import { rotateToken } from "./rotate.ts";
import { updateToken } from "./update.ts";
import { verifyToken } from "./verify.ts";

/** API tokens and the gateways that ask about them. */
export const tokensOperations = [
  listTokens,
  createToken,
  getToken,
  updateToken,
  rotateToken,
  revokePrevious,
  revealToken,
  revokeToken,
  revokeTokens,
  verifyToken,
  revokeLeaked,
  listGateways,
  createGateway,
  deleteGateway,
] as const;
