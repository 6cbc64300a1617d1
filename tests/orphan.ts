import { startEmbedded } from "#db/embedded/start.ts";

// Run as a program of its own by the tests, to be killed.
const { url } = await startEmbedded(process.argv[2] ?? "", { log: () => {} });
process.send?.(url);
setInterval(() => {}, 1000);
