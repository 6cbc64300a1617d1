import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createProbe, type Server as NetServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import "#db/drizzle-loader.ts";
import { type Embedded, startEmbedded } from "#db/embedded/start.ts";
import { ensureKeys } from "#db/keys.ts";
import { checkDatabase } from "#db/preflight.ts";
import { fileTrouble, StartupError } from "#db/startup-error.ts";
import type { FirstAccount } from "#lib/accounts/setup.ts";
import { failureInWords } from "#lib/core/failure.ts";
import { BadSetting, env } from "#lib/env.ts";

type Product = Awaited<ReturnType<typeof loadProduct>>;
type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

// Whoever stops the process is promised 15 s.
const hardStop = 14_000;

// One Ctrl-C can arrive several times: from the terminal and from each program that started this one.
const sameKeystroke = 1000;

// How long the API answers undisturbed before Next takes the processor to prepare the pages.
const firstCalls = 50;

// How long a client that is just sending its next request over an open connection still gets its answer.
const lastOrders = 250;

let database: Embedded | undefined;
let product: Product | undefined;
let server: Server | undefined;
let stoppingSince: number | undefined;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
process.on("unhandledRejection", (err) => product?.log().error({ err }, "a promise failed unheard"));
start().catch(fail);

async function start() {
  const set = env();
  if (set.RATE_LIMIT_FACTOR !== 1) console.warn(`WARNING: every rate limit is multiplied by ${set.RATE_LIMIT_FACTOR}.`);
  await checkPort(set.PORT, set.HOST);
  const loading = loadProduct();
  if (process.argv.includes("--check")) return (await loading).checkPortal();
  ensureKeys(set);
  const urls = await openDatabase();
  product = await loading;
  product.checkPortal();
  welcome(await product.openPortal(urls));
  if (stoppingSince === undefined) await serve(product);
}

// The bulk of the code, read while the database starts and only when the settings are in order.
async function loadProduct() {
  const [portal, { createListener }, { apis }, { log }, { default: createNext }] = await Promise.all([
    import("#lib/portal/start.ts"),
    import("#lib/http/listener.ts"),
    import("#lib/compat/apis.ts"),
    import("#lib/core/log.ts"),
    import("next"),
  ]);
  return { ...portal, createListener, apis, log, createNext };
}

function welcome({ setupLink, made, password }: FirstAccount) {
  if (made) console.log(`Made the first account, with ${made} as its administrator.`);
  if (password) console.log(`Sign in as ${made} with ${password}\n`);
  if (setupLink) console.log(`Set up the portal with this link, good once and for 72 hours:\n\n  ${setupLink}\n`);
}

async function openDatabase() {
  const { DATABASE_URL, DATABASE_READ_URL, DATA_DIR } = env();
  if (DATABASE_URL) await checkDatabase("DATABASE_URL", DATABASE_URL);
  if (DATABASE_READ_URL) await checkDatabase("DATABASE_READ_URL", DATABASE_READ_URL);
  if (!DATABASE_URL) database = await startEmbedded(DATA_DIR);
  const url = DATABASE_URL ?? database?.url ?? "";
  return { url, readUrl: DATABASE_READ_URL ?? url };
}

async function serve({ createListener, apis, createNext }: Product) {
  const { HOST, PORT, APP_URL, NODE_ENV } = env();
  let pages: Promise<Handler> | undefined;
  const limits = { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 65_000 };
  // Only hot reload speaks another protocol than HTTP; anyone else's wish to is passed over, or it would never end.
  const shouldUpgradeCallback = () => NODE_ENV === "development";
  const http = createServer({ ...limits, connectionsCheckingInterval: 5000, shouldUpgradeCallback });
  http.on(
    "request",
    createListener(async (req, res) => (await pages)?.(req, res), apis),
  );
  await listen(http, PORT, HOST);
  server = http;
  pages = preparePages(createNext, http);
  await pages;
  const address = PORT === 0 ? `http://localhost:${portOf(http)}` : APP_URL;
  if (stoppingSince === undefined) console.log(`Latchkey is ready at ${address}`);
}

async function preparePages(createNext: Product["createNext"], httpServer: Server): Promise<Handler> {
  await sleep(firstCalls);
  const { HOST, NODE_ENV } = env();
  const app = createNext({ dev: NODE_ENV === "development", hostname: HOST, port: portOf(httpServer), httpServer });
  await app.prepare();
  return app.getRequestHandler();
}

function portOf(http: Server) {
  const address = http.address();
  return typeof address === "object" && address ? address.port : 0;
}

// Before anything slow or lasting happens; binding for good comes last.
async function checkPort(port: number, host: string) {
  const probe = createProbe();
  await listen(probe, port, host);
  await new Promise((closed) => probe.close(closed));
}

function listen(listener: NetServer, port: number, host: string): Promise<void> {
  return new Promise((done, refuse) => {
    listener.once("error", (error) => refuse(portTrouble(error, port, host)));
    listener.listen(port, host, done);
  });
}

function portTrouble(error: Error, port: number, host: string) {
  const remedies: Record<string, string> = {
    EADDRINUSE: `Stop the program that listens there, or choose another port: PORT=${port + 1} npm start`,
    EACCES: "Ports below 1024 are for root: choose a higher one with PORT, behind a reverse proxy for instance.",
    EADDRNOTAVAIL:
      "HOST must be an address of this machine: 127.0.0.1 for this machine alone, 0.0.0.0 for every network.",
    ENOTFOUND: "HOST must be an address of this machine: 127.0.0.1 for this machine alone, 0.0.0.0 for every network.",
  };
  const code = "code" in error ? String(error.code) : "";
  const taken = code === "EADDRINUSE" ? "is taken" : `cannot be opened (${error.message})`;
  return new StartupError(`Port ${port} on ${host} ${taken}.`, remedies[code] ?? "Choose another PORT or HOST.", error);
}

function stop() {
  const isRepeat = stoppingSince !== undefined;
  if (isRepeat && Date.now() - (stoppingSince ?? 0) < sameKeystroke) return;
  if (isRepeat) process.exit(130);
  stoppingSince = Date.now();
  console.log("Stopping: finishing open requests. Press Ctrl-C again to stop at once.");
  setTimeout(() => process.exit(1), hardStop).unref();
  end().then(() => process.exit(0), fail);
}

async function end() {
  if (server) await drain(server);
  await product?.closePortal();
  await database?.stop();
}

async function drain(http: Server) {
  http.prependListener("request", (_req, res) => res.setHeader("Connection", "close"));
  await sleep(lastOrders);
  // The browser of a developer holds a connection for hot reload that never ends.
  const patience = env().NODE_ENV === "development" ? 0 : hardStop;
  const closed = new Promise((done) => http.close(done));
  const sweep = setInterval(() => http.closeIdleConnections(), 50);
  await Promise.race([closed, sleep(patience, undefined, { ref: false })]);
  clearInterval(sweep);
}

async function fail(error: unknown) {
  for (const line of explain(error)) console.error(line);
  await database?.stop().catch(() => {});
  process.exit(1);
}

function explain(error: unknown): string[] {
  if (error instanceof BadSetting) return ["Latchkey cannot start with these settings:", error.message];
  const trouble = error instanceof StartupError ? error : fileTrouble(error);
  if (trouble) return [`Latchkey cannot start: ${trouble.message}`, trouble.remedy];
  return [failureInWords(error)];
}
