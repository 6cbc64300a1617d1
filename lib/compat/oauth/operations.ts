import type { Operation } from "#lib/core/operation.ts";
import { takeGitHubReport } from "#lib/tokens/leaks/github.ts";
import { introspectToken } from "./introspect.ts";
import { revokeByOwnHand } from "./revoke.ts";

/** What programs that hold no token of a user ask for over an API of its own: REST and its document do not know it. */
export const oauthOperations: Operation[] = [introspectToken, revokeByOwnHand, takeGitHubReport];
