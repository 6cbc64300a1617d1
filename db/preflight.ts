import { Client } from "pg";
import { StartupError } from "./startup-error.ts";

/**
 * Throws {@link StartupError} unless `url`, the value of the setting `name`, leads to a Postgres that this version can work
 * with.
 */
export async function checkDatabase(name: string, url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    const { rows } = await client.query("select current_setting('server_version_num')::int as version");
    if (rows[0].version < 150_000) throw tooOld(name);
  } catch (error) {
    throw error instanceof StartupError ? error : unreachable(name, url, error);
  } finally {
    await client.end().catch(() => {});
  }
}

function tooOld(name: string) {
  return new StartupError(
    `${name} leads to a Postgres older than 15.`,
    "Upgrade it, or unset it to use the embedded Postgres.",
  );
}

function unreachable(name: string, url: string, error: unknown) {
  const { hostname, port, pathname } = new URL(url);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = error instanceof Error ? error.message || code : String(error);
  const remedy = remedies[code] ?? "Check that it is running and reachable.";
  return new StartupError(
    `${name} (${hostname}:${port || 5432}${pathname}) cannot be reached: ${reason}`,
    remedy,
    error,
  );
}

const remedies: Record<string, string> = {
  ECONNREFUSED: "Nothing answers there: start that Postgres, or correct the host and port.",
  ENOTFOUND: "There is no such host: correct the host's name.",
  EAI_AGAIN: "The host's name cannot be resolved: check the name and the network.",
  "28P01": "Correct the user's name and password.",
  "28000": "Correct the user's name, or let it in (pg_hba.conf).",
  "3D000": "Create that database first: `createdb` with the name in the url.",
  "53300": "It has no connection left: raise its max_connections or stop other programs.",
};
