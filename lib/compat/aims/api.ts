import { authenticateAimsToken } from "#lib/credentials/authenticate.ts";
import { aimsTokenHeader } from "#lib/http/callers.ts";
import { defineApi } from "../api.ts";
import { toAimsError } from "./errors.ts";
import { accessKeyRows } from "./routes/access-keys.ts";
import { accountRows } from "./routes/accounts.ts";
import { authenticationRows } from "./routes/authentication.ts";
import { endpointRows } from "./routes/endpoints.ts";
import { roleRows } from "./routes/roles.ts";
import { userRows } from "./routes/users.ts";

/** The AIMS API, and the look-ups of its clients. */
export const aims = defineApi({
  routes: [...authenticationRows, ...userRows, ...accountRows, ...roleRows, ...accessKeyRows, ...endpointRows],
  // Accounts are decimal numbers (G12): what is none is another address, or no address at all.
  parts: { account_id: "[0-9]+" },
  // What else the clients send along counts for nothing (G7).
  token: (header) => header(aimsTokenHeader) || undefined,
  authenticate: (token, caller) => authenticateAimsToken(token, caller, true),
  // By its cookie a browser is known again, which spares it the notice of a new device.
  callerHeaders: ["cookie"],
  refuse: toAimsError,
});
