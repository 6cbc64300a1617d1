import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Operation } from "#lib/core/operation.ts";

const root = join(import.meta.dirname, "../lib");

const isDefining = (file: string) =>
  /(?<!\.test)\.ts$/.test(file) && readFileSync(join(root, file), "utf8").includes("= defineOperation({");

const isOperation = (value: unknown): value is Operation =>
  typeof value === "object" && value !== null && "allow" in value && "run" in value && "route" in value;

async function operationsIn(file: string): Promise<[string, Operation][]> {
  const exported = Object.values(await import(pathToFileURL(join(root, file)).href));
  return exported.filter(isOperation).map((operation) => [file, operation]);
}

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(isDefining).sort();
const definitions = (await Promise.all(files.map(operationsIn))).flat();

/** Whatever can be done over any transport, found where it is defined: REST knows a part of it. */
export const everyDefinition: Operation[] = definitions.map(([, operation]) => operation);

/** What is defined for one compatible API. */
export const definedFor = (system: string): Operation[] =>
  definitions.filter(([file]) => file.startsWith(`compat/${system}/`)).map(([, operation]) => operation);
