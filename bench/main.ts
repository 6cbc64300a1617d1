/**
 * `npm run bench`: what the portal costs, beside bare servers that do the same, measured in one run on this machine.
 * `--quick` is short and rough; `--only=verify,list` measures only these.
 */
import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { startEmbedded } from "#db/embedded/start.ts";
import type { Effort } from "./compare.ts";
import { makeDatabases } from "./database.ts";
import { measures } from "./measures.ts";
import { makeRig } from "./rig.ts";
import { type Row, table } from "./table.ts";

const folder = ".data-bench";
const thorough: Effort = { warmUp: 6, seconds: 2, rounds: 9 };
const quick: Effort = { warmUp: 2, seconds: 0.5, rounds: 5 };

const { values } = parseArgs({ options: { quick: { type: "boolean" }, only: { type: "string" } } });
const chosen = values.only?.split(",") ?? Object.keys(measures);
const unknown = chosen.filter((name) => !measures[name]);
if (unknown.length) {
  console.error(`There is no measure ${unknown.join(", ")}. There are: ${Object.keys(measures).join(", ")}`);
  process.exit(1);
}

// Ending by a signal is an end like any other: the servers must not outlive it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const postgres = await startEmbedded(`${folder}/postgres`, { log: () => {} });
const rig = makeRig(values.quick ? quick : thorough);
try {
  const databases = makeDatabases(postgres);
  const rows: Row[] = [];
  for (const name of chosen) rows.push(...(await measureOne(name).catch(complain)));
  console.log(
    `\n${availableParallelism()} cores, Node ${process.version}, ${JSON.stringify(rig.effort)}\n\n${table(rows)}`,
  );

  function complain(error: unknown): Row[] {
    console.error(error);
    process.exitCode = 1;
    return [];
  }

  async function measureOne(name: string): Promise<Row[]> {
    console.log(`measuring ${name} …`);
    const found = await measures[name]?.(rig, databases);
    for (const row of found ?? []) console.log(`  ${row.name}: ${row.value}  (CPU ${row.cpu ?? "–"})`);
    return found ?? [];
  }
} finally {
  await rig.stop();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
