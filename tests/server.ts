import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openPools } from "#db/client.ts";
import { apis } from "#lib/compat/apis.ts";
import { startJobs } from "#lib/core/jobs.ts";
import { mailJob } from "#lib/core/mail/queue.ts";
import { env } from "#lib/env.ts";
import { createListener } from "#lib/http/listener.ts";
import { noticeJob } from "#lib/notifications/deliver.ts";
import { foldJob } from "#lib/notifications/folding.ts";
import { resetJob } from "#lib/sign-in/resets/mail.ts";
import { provisioningJobs } from "#lib/vault/provisioning/jobs.ts";

/** The portal's listener in a process of its own; tells its parent the port. Ends with its parent. */
openPools({ url: env().DATABASE_URL ?? "", patience: 10 });
await startJobs([mailJob, noticeJob, foldJob, resetJob, ...provisioningJobs]);
const server = createServer(
  { keepAliveTimeout: 120_000 },
  createListener((_, res) => void res.writeHead(404).end("a page"), apis),
);
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
