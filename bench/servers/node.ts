/**
 * The least there is to compare with: `node:http`, `pg` and one hash, for some of the portal's operations. It checks
 * next to nothing, limits nothing and records nothing that it is not asked to.
 */
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { changeTwice, findSession, findToken, introspect, listUsers, signIn } from "./statements.ts";

const answers: Record<string, (req: IncomingMessage) => Promise<unknown>> = {
  "/api/v1/tokens/verify": (req) => findToken(req.headers.authorization),
  "/aims/v1/token_info": (req) => findSession(String(req.headers["x-aims-auth-token"])),
  "/api/v1/sessions": async (req) => signIn(JSON.parse(await text(req))),
  "/oauth2/introspect": async (req) => introspect(req.headers.authorization, await text(req)),
  "/api/v1/me/tokens": async (req) => changeTwice(JSON.parse(await text(req))),
  "/api/v1/users": (req) => listUsers(req.headers.authorization, new URL(req.url ?? "", "http://bench").searchParams),
};

createServer(async (req, res) => {
  const answer = await answers[req.url?.split("?")[0] ?? ""]?.(req);
  const success = req.method === "POST" && req.url !== "/oauth2/introspect" ? 201 : 200;
  const body = JSON.stringify(answer ?? {});
  res.writeHead(answer ? success : 404, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  res.end(body);
}).listen(Number(process.env.PORT), "127.0.0.1");
