import { accessOperations } from "./access/operations.ts";
import { accountsOperations } from "./accounts/operations.ts";
import { auditOperations } from "./audit/operations.ts";
import { announced } from "./core/catalogue.ts";
import type { RestOperation } from "./core/operation.ts";
import { machinesOperations } from "./machines/operations.ts";
import { notificationsOperations } from "./notifications/operations.ts";
import { peopleOperations } from "./people/operations.ts";
import { signInOperations } from "./sign-in/operations.ts";
import { tokensOperations } from "./tokens/operations.ts";
import { vaultOperations } from "./vault/operations.ts";

/** Everything the product can do. REST, the API document and the registry tests are loops over this list. */
export const operations: RestOperation[] = announced([
  ...accountsOperations,
  ...signInOperations,
  ...peopleOperations,
  ...tokensOperations,
  ...machinesOperations,
  ...accessOperations,
  ...vaultOperations,
  ...notificationsOperations,
  ...auditOperations,
]);
