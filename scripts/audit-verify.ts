/**
 * `npm run audit:verify`: goes over the whole chain of the audit log, and says how far it holds. Ends with 1 when it is
 * broken. `-- --known 1234:3f9a…` takes a link that was written down elsewhere, which the chain must still hold.
 */
import { parseArgs } from "node:util";
import { closePools, openPools } from "#db/client.ts";
import { runningEmbedded, startEmbedded } from "#db/embedded/start.ts";
import { migrate } from "#db/migrate.ts";
import { StartupError } from "#db/startup-error.ts";
import { type Verified, verifyChain } from "#lib/audit/verify.ts";
import { env } from "#lib/env.ts";

// Nobody waits for an answer of this: large stretches may take their time.
const patience = 60;

main().catch((error: unknown) => {
  console.error(error instanceof StartupError ? `${error.message}\n${error.remedy}` : error);
  process.exit(2);
});

async function main() {
  const known = knownLinks();
  const { DATABASE_URL, DATA_DIR } = env();
  const running = DATABASE_URL ?? runningEmbedded(DATA_DIR);
  const embedded = running ? undefined : await startEmbedded(DATA_DIR);
  try {
    if (embedded) await migrate(embedded.url);
    openPools({ url: running ?? embedded?.url ?? "", patience });
    tell(await verifyChain(known).finally(closePools));
  } finally {
    await embedded?.stop();
  }
}

function knownLinks() {
  const { values } = parseArgs({ options: { known: { type: "string", multiple: true, default: [] } } });
  return values.known.map((link) => {
    const [, position, hash = ""] = /^([1-9]\d*):([\da-f]{64})$/.exec(link) ?? [];
    if (!position)
      throw new StartupError(`--known ${link} is no link.`, "Write its position, a colon, and its SHA-256.");
    return { position: Number(position), hash: Buffer.from(hash, "hex") };
  });
}

function tell({ position, entryId, hash, broken }: Verified) {
  if (position) console.log(`Verified up to link ${position}, entry ${entryId}: ${position}:${hash.toString("hex")}`);
  else if (!broken) console.log("There is nothing on record yet.");
  if (!broken) return;
  console.error(`BROKEN at link ${broken.position}: ${broken.problem}.`);
  process.exitCode = 1;
}
