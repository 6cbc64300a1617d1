import { LRUCache } from "lru-cache";
import { primaryPool } from "#db/client.ts";
import type { Grant } from "#lib/core/permissions.ts";
import { readGrant } from "./read-grant.ts";

/**
 * SQL for which roles somebody holds, each in which version, over a statement that answers the roles' ids: text, null
 * for none. What the roles say is a hundred times that, and read by {@link grantsOf} when it is not known yet. The
 * version is the transaction that wrote the row, which no way of writing can leave as it was.
 */
export const rolesHeld = (ids: string) =>
  `(select string_agg(r.id || '.' || r.xmin, ' ' order by r.id) from roles r where r.id in (${ids}))`;

/** Entries of permission maps that are kept read, some 100 MB at most; one role has 500 of them at most. */
const maxEntries = 500_000;

type GrantCaches = { roles: LRUCache<string, Grant>; holders: LRUCache<string, Grant[]> };

// Both copies of this module share what they have read.
const shared = globalThis as { latchkeyGrants?: GrantCaches };
shared.latchkeyGrants ??= {
  roles: new LRUCache({ maxSize: maxEntries, sizeCalculation: (grant) => sizeOf(grant) }),
  holders: new LRUCache({ maxSize: 8_000_000, sizeCalculation: (_, versions) => versions.length }),
};
const kept = shared.latchkeyGrants;

const sizeOf = ({ permissions }: Grant) => 1 + Object.keys(permissions).length;

/**
 * What the roles say that {@link rolesHeld} names. The same versions are the very same object, so that verdicts on it
 * can be kept. A role that was changed since is read as it is now, one that was deleted says nothing any more.
 */
export async function grantsOf(versions: string | null): Promise<Grant[]> {
  if (versions === null) return none;
  const known = kept.holders.get(versions);
  if (known) return known;
  const reading = underWay.get(versions) ?? read(versions).finally(() => underWay.delete(versions));
  underWay.set(versions, reading);
  return reading;
}

/** Many requests of one holder at once read what is not known yet once. */
const underWay = new Map<string, Promise<Grant[]>>();

async function read(versions: string): Promise<Grant[]> {
  const named = versions.split(" ");
  const found = new Map(named.map((version) => [version, kept.roles.get(version)]));
  const missing = named.filter((version) => !found.get(version));
  for (const { version, ...grant } of await readRoles(missing)) found.set(version, keep(version, grant));
  const grants = [...found.values()].filter((grant) => grant !== undefined);
  if (named.every((version) => found.get(version))) kept.holders.set(versions, grants);
  return grants;
}

const none: Grant[] = [];

function keep(version: string, grant: Grant): Grant {
  kept.roles.set(version, grant);
  return grant;
}

async function readRoles(versions: string[]): Promise<(Grant & { version: string })[]> {
  if (!versions.length) return [];
  const text = `select id || '.' || xmin as version, name as role, permissions from roles where id = any($1) order by id`;
  const ids = versions.map((version) => version.slice(0, version.indexOf(".")));
  const { rows } = await primaryPool().query<Grant & { version: string }>({ name: "roles-by-id", text, values: [ids] });
  return rows.map(readGrant);
}
