import { createIntegration } from "./integrations/create.ts";
import { deleteIntegration } from "./integrations/delete.ts";
import { getIntegration } from "./integrations/get.ts";
import { listIntegrations } from "./integrations/list.ts";
import { updateIntegration } from "./integrations/update.ts";
import { createCredential } from "./service-credentials/create.ts";
import { deleteCredential } from "./service-credentials/delete.ts";
import { getCredential } from "./service-credentials/get.ts";
import { listCredentials } from "./service-credentials/list.ts";
import { listSystems } from "./service-credentials/list-systems.ts";
import { revealCredential } from "./service-credentials/reveal.ts";
import { testCredential } from "./service-credentials/try.ts";
import { updateCredential } from "./service-credentials/update.ts";

/** Service credentials and integrations. */
export const vaultOperations = [
  listCredentials,
  createCredential,
  getCredential,
  updateCredential,
  deleteCredential,
  revealCredential,
  testCredential,
  listSystems,
  listIntegrations,
  createIntegration,
  getIntegration,
  updateIntegration,
  deleteIntegration,
] as const;
