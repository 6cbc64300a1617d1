import type { Operation } from "./core/operation.ts";
import { introspectToken } from "./gateways/introspect.ts";
import { revokeByOwnHand } from "./gateways/revoke.ts";
import { takeGitHubReport } from "./leaks/github.ts";

/** What programs that hold no token of a person ask for at doors of its own: REST and its document do not know it. */
export const oauthOperations: Operation[] = [introspectToken, revokeByOwnHand, takeGitHubReport];
