import { readPermissions } from "#db/administration-service.ts";
import type { Grant } from "#lib/core/permissions.ts";

/** What a role says, out of a statement that no column of the schema has read. */
export const readGrant = <G extends Grant>(grant: G): G => ({
  ...grant,
  permissions: readPermissions(grant.permissions),
});
