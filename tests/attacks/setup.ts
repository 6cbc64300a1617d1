import type { TestProject } from "vitest/node";
import { freshDatabase } from "../database.ts";
import startPostgres from "../setup.ts";
import { start } from "./server.ts";

/** One Postgres and one portal for all files of the run. */
export default async function setup(project: TestProject) {
  const stopPostgres = await startPostgres(project);
  const { postgres } = project.getProvidedContext();
  const { AUTH_SECRET = "", ENCRYPTION_KEYS = "" } = project.config.env;
  const server = await start(await freshDatabase(postgres), { AUTH_SECRET, ENCRYPTION_KEYS });
  project.provide("portal", { url: server.url, databaseUrl: server.databaseUrl });
  return async () => {
    await server.stop();
    await stopPostgres();
  };
}
