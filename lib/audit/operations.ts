import { exportAudit } from "./export-audit.ts";
import { getAudit } from "./get.ts";
import { getChain } from "./get-chain.ts";
import { listAudit } from "./list.ts";
import { exportSecurityLog, listSecurityLog } from "./security-log/operations.ts";

/** The audit log and the own security log. */
export const auditOperations = [
  listSecurityLog,
  exportSecurityLog,
  // What has a name of its own comes before what is any entry's number.
  listAudit,
  exportAudit,
  getChain,
  getAudit,
] as const;
