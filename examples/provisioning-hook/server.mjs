// A provisioning hook for Latchkey, in one file without dependencies: docs/service-credentials.md says what is called.
//
//   HOOK_SECRET=whsec_… PORT=8443 node server.mjs
//
// While the signing secret is changed, HOOK_SECRET may hold both, the new and the former, with a space between them.
// It keeps secrets in memory; put your own system in the place of `accounts`. Put a proxy with a certificate in front of it:
// Latchkey calls https addresses only.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const tolerance = 300;
const longest = 64 * 1024;

/** What our system knows: secrets by their own ids, and what was answered to each call. */
export const accounts = new Map();
const answers = new Map();

/**
 * Was this body signed with our secret, or one of ours, lately? Latchkey signs as https://www.standardwebhooks.com has it, and
 * with two secrets while one takes the place of the other: one signature that is right is enough.
 */
export function isSigned(headers, body, secret, now = Date.now() / 1000) {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": given = "" } = headers;
  if (!id || Math.abs(now - Number(timestamp)) > tolerance) return false;
  const signatures = given.split(" ").map((one) => Buffer.from(one.replace(/^v1,/, ""), "base64"));
  return secret.split(" ").some((one) => {
    const key = Buffer.from(one.replace(/^whsec_/, ""), "base64");
    const right = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
    return signatures.some((one) => one.length === right.length && timingSafeEqual(one, right));
  });
}

/** Does what is asked. The same call may come twice: it is answered as the first time. */
export function carryOut({ id, action, user, credential }) {
  if (answers.has(id)) return answers.get(id);
  if (action === "withdraw") return withdraw(credential);
  // A new secret takes the place of the one before; a system with an overlap would end that one later.
  if (credential.externalId) accounts.delete(credential.externalId);
  const externalId = randomBytes(8).toString("hex");
  const secret = randomBytes(24).toString("base64url");
  accounts.set(externalId, { username: user.username, secret, credentialId: credential.id });
  const answer = { username: user.username, secret, externalId, expiresAt: null };
  answers.set(id, answer);
  return answer;
}

/** Ends one secret; without its id, which got lost on its way to Latchkey, whatever was made for the credential. */
function withdraw({ id, externalId }) {
  for (const [own, { credentialId }] of accounts)
    if (externalId ? own === externalId : credentialId === id) accounts.delete(own);
  return {};
}

/** A request listener; `secret` is what the integration's page showed, or two of them with a space between. */
export const hook = (secret) => async (req, res) => {
  const chunks = [];
  let length = 0;
  for await (const chunk of req) {
    length += chunk.length;
    if (length > longest) return res.writeHead(413).end();
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks).toString();
  if (!isSigned(req.headers, body, secret)) return res.writeHead(401).end();
  res.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(carryOut(JSON.parse(body))));
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { HOOK_SECRET, PORT = "8443" } = process.env;
  if (!HOOK_SECRET) throw new Error("Set HOOK_SECRET to the signing secret of the integration.");
  createServer(hook(HOOK_SECRET)).listen(Number(PORT), "127.0.0.1");
}
