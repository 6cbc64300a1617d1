/**
 * `npm run rotate-keys`: seals everything under the first of `ENCRYPTION_KEYS`, while the portal runs. Can be stopped
 * and run again. Ends with 1 when something was sealed under a key that is not there any more.
 */

import { closePools, openPools } from "#db/client.ts";
import { runningEmbedded, startEmbedded } from "#db/embedded/start.ts";
import { ensureKeys } from "#db/keys.ts";
import { migrate } from "#db/migrate.ts";
import { StartupError } from "#db/startup-error.ts";
import { failureInWords } from "#lib/core/failure.ts";
import { env } from "#lib/env.ts";
import { type Rotated, rotateKeys } from "#lib/portal/key-rotation.ts";

// Nobody waits for an answer of this: a batch may take its time.
const patience = 60;

main().catch((error: unknown) => {
  console.error(error instanceof StartupError ? `${error.message}\n${error.remedy}` : failureInWords(error));
  process.exit(2);
});

async function main() {
  const { DATABASE_URL, DATA_DIR } = env();
  const running = DATABASE_URL ?? runningEmbedded(DATA_DIR);
  const embedded = running ? undefined : await startEmbedded(DATA_DIR);
  try {
    ensureKeys(env());
    if (embedded) await migrate(embedded.url);
    openPools({ url: running ?? embedded?.url ?? "", patience });
    tell(await rotateKeys().finally(closePools));
  } finally {
    await embedded?.stop();
  }
}

function tell({ key, resealed, lost }: Rotated) {
  console.log(`Sealed ${resealed} secrets under the key ${key}. Everything else was under it already.`);
  if (!lost.length) return console.log("No other key is needed once every replica has this one first.");
  for (const { table, row } of lost) console.error(`NOT OPENED: ${table} ${row}: its key is not in ENCRYPTION_KEYS.`);
  process.exitCode = 1;
}
