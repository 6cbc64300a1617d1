import type { IncomingMessage, ServerResponse } from "node:http";
import { primaryPool } from "#db/client.ts";
import { apiHeaders } from "./headers.ts";

const maxDrift = 5;

/** `/healthz/live`: this process answers. `/healthz/ready`: its database does too, and their clocks agree to 5 s. */
export async function health(req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.url === "/healthz/live") return say(res, 200, "alive");
  if (req.url !== "/healthz/ready") return say(res, 404, "unknown probe");
  const ready = await isReady().catch(() => false);
  say(res, ready ? 200 : 503, ready ? "ready" : "not ready");
}

async function isReady(): Promise<boolean> {
  const { rows } = await primaryPool().query<{ now: number }>(
    "select extract(epoch from clock_timestamp())::float as now",
  );
  return Math.abs((rows[0]?.now ?? 0) - Date.now() / 1000) <= maxDrift;
}

function say(res: ServerResponse, status: number, text: string) {
  res.writeHead(status, {
    ...apiHeaders(),
    "content-type": "text/plain; charset=utf-8",
  });
  res.end(`${text}\n`);
}
