import { readPattern } from "#db/administration-service.ts";

/** Things whose name is not simply put in the plural. */
const plurals: Record<string, string> = { audit: "the audit log", mail_failure: "failed e-mails" };

/**
 * A permission pattern in plain words, for a sentence about what somebody may do: `admin:own:delete:user` is "delete
 * users", `admin:managed:*:role` "do everything with roles in managed accounts", `pro:own:*:*` "do everything in pro".
 */
export function permissionInWords(pattern: string): string {
  const [service = "", scope = "", action = "", resource = ""] = readPattern(pattern).split(":");
  return [doing(action, resource), where(scope), product(service)].filter(Boolean).join(" ");
}

/** The first few of them in a row; how many more there are. */
export function permissionsInWords(patterns: string[], max = 5): string {
  const words = [...new Set(patterns.map(permissionInWords))];
  const more = words.length - max;
  if (more > 0) return `${words.slice(0, max).join(", ")} and ${more} more`;
  return words.join(", ");
}

function doing(action: string, resource: string): string {
  const verb = action.replaceAll("_", " ");
  if (resource === "*") return action === "*" ? "do everything" : `${verb} everything`;
  const things = plurals[resource] ?? `${resource.replaceAll("_", " ")}s`;
  return action === "*" ? `do everything with ${things}` : `${verb} ${things}`;
}

function where(scope: string): string {
  if (scope === "managed") return "in managed accounts";
  return /^\d+$/.test(scope) ? `in account ${scope}` : "";
}

/** The portal's own services go without saying. */
const product = (service: string): string => (["admin", "portal", "*"].includes(service) ? "" : `in ${service}`);
