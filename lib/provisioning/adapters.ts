import { createHmac } from "node:crypto";
import { z } from "zod";
import { type Call, callOutside, type Reach } from "#lib/core/outbound.ts";

/** What is asked of the system: a secret for a person, a new one in its place, or its end. */
export type Order = {
  /** The same however often it is asked, so that a repeat can be told. */
  id: string;
  action: "create" | "rotate" | "withdraw";
  integration: { id: string; name: string };
  user: { id: string; username: string; email: string; fullName: string };
  credential: { id: string; externalId: string | null; username: string };
};

/** What the system made. */
export type Made = { username: string; secret: string; externalId: string; expiresAt: Date | null };

/** Where it is asked, and with what it is signed or signed in. */
export type Desk = { adapter: "hook" | "gitea" | "gitlab"; url: string; secret: string };

/** The system did not do it. Its message is for administrators and the person concerned, and holds no secret. */
export class NotDone extends Error {
  override name = "NotDone";
}

const longest = 64 * 1024;
const day = 86_400_000;

/** Has a secret made, or made anew: a hook then ends the one before, elsewhere that is for the caller to do. */
export async function make(desk: Desk, order: Order, reach: Reach): Promise<Made> {
  if (desk.adapter === "hook") return readAs(madeByHook, await callHook(desk, order, reach));
  return desk.adapter === "gitea" ? makeInGitea(desk, order, reach) : makeInGitLab(desk, order, reach);
}

/** Has what was made ended. What is not there any more has ended. */
export async function withdraw(desk: Desk, order: Order, reach: Reach): Promise<void> {
  if (desk.adapter === "hook") await callHook(desk, order, reach, [404, 410]);
  const id = order.credential.externalId ?? "";
  if (desk.adapter === "gitea") await endInGitea(desk, order.user.username, id, reach);
  if (desk.adapter === "gitlab") await endInGitLab(desk, id, reach);
}

const madeByHook = z
  .object({
    username: z.string().max(200),
    secret: z.string().min(1).max(16_384),
    externalId: z.string().min(1).max(200),
    expiresAt: z.iso.datetime({ offset: true }).nullish(),
  })
  .transform(({ expiresAt, ...made }) => ({ ...made, expiresAt: expiresAt ? new Date(expiresAt) : null }));

/** Signed as https://www.standardwebhooks.com has it, so that the libraries for that check it. */
async function callHook(desk: Desk, { id, ...order }: Order, reach: Reach, fine: number[] = []): Promise<string> {
  const body = JSON.stringify({ id, ...order });
  const timestamp = Math.floor(Date.now() / 1000);
  const key = Buffer.from(desk.secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${signature}`,
  };
  return ask(desk.url, { method: "POST", headers, body }, reach, fine);
}

const idOfName = z.object({ id: z.int() });

/** What a token is called there: the same when it is asked for again, another once one was kept. */
const nameFor = ({ id }: Order) => `latchkey ${id}`;

const inGitea = (desk: Desk, path: string) => new URL(`api/v1/${path}`, rootOf(desk)).href;
const giteaHeaders = ({ secret }: Desk) => ({
  authorization: `Basic ${Buffer.from(secret).toString("base64")}`,
  "content-type": "application/json",
});

/** Gitea and Forgejo: an access token of the user, made by an administrator. */
async function makeInGitea(desk: Desk, order: Order, reach: Reach): Promise<Made> {
  const [{ username }, name] = [order.user, nameFor(order)];
  // One of this name was made when this was asked before, and never kept: nobody knows its secret, and its name is taken.
  await endInGitea(desk, username, name, reach);
  const body = JSON.stringify({ name, scopes: ["write:repository", "write:package"] });
  const path = `users/${encodeURIComponent(username)}/tokens`;
  const call = { method: "POST", headers: giteaHeaders(desk), body };
  const made = readAs(idOfName.extend({ sha1: z.string().min(1) }), await ask(inGitea(desk, path), call, reach));
  return { username, secret: made.sha1, externalId: String(made.id), expiresAt: null };
}

/** Ends a token of the user by its id or its name. */
async function endInGitea(desk: Desk, username: string, which: string, reach: Reach): Promise<void> {
  const path = `users/${encodeURIComponent(username)}/tokens/${encodeURIComponent(which)}`;
  await ask(inGitea(desk, path), { method: "DELETE", headers: giteaHeaders(desk) }, reach, [404]);
}

const inGitLab = (desk: Desk, path: string) => new URL(`api/v4/${path}`, rootOf(desk)).href;
const gitLabHeaders = ({ secret }: Desk) => ({ "private-token": secret, "content-type": "application/json" });

/** GitLab: a personal access token of the user, made by an administrator; it wants an end, a year ahead. */
async function makeInGitLab(desk: Desk, order: Order, reach: Reach): Promise<Made> {
  const headers = gitLabHeaders(desk);
  const [{ username }, name] = [order.user, nameFor(order)];
  const search = inGitLab(desk, `users?username=${encodeURIComponent(username)}`);
  const [user] = readAs(z.array(idOfName), await ask(search, { headers }, reach));
  if (!user) throw new NotDone(`It knows no user ${username}.`);
  await endNamedInGitLab(desk, user.id, name, reach);
  const end = new Date(Date.now() + 364 * day).toISOString().slice(0, 10);
  const scopes = ["read_repository", "write_repository", "read_registry"];
  const body = JSON.stringify({ name, scopes, expires_at: end });
  const path = inGitLab(desk, `users/${user.id}/personal_access_tokens`);
  const answer = await ask(path, { method: "POST", headers, body }, reach);
  const made = readAs(idOfName.extend({ token: z.string().min(1) }), answer);
  return { username, secret: made.token, externalId: String(made.id), expiresAt: new Date(`${end}T00:00:00Z`) };
}

/** Ends what was made when the same was asked before, and never kept. The search there finds parts of names, too. */
async function endNamedInGitLab(desk: Desk, userId: number, name: string, reach: Reach): Promise<void> {
  const path = `personal_access_tokens?user_id=${userId}&revoked=false&search=${encodeURIComponent(name)}`;
  const answer = await ask(inGitLab(desk, path), { headers: gitLabHeaders(desk) }, reach);
  const found = readAs(z.array(idOfName.extend({ name: z.string() })), answer);
  for (const one of found) if (one.name === name) await endInGitLab(desk, String(one.id), reach);
}

async function endInGitLab(desk: Desk, id: string, reach: Reach): Promise<void> {
  const path = `personal_access_tokens/${encodeURIComponent(id)}`;
  await ask(inGitLab(desk, path), { method: "DELETE", headers: gitLabHeaders(desk) }, reach, [404]);
}

const rootOf = ({ url }: Desk) => (url.endsWith("/") ? url : `${url}/`);

async function ask(url: string, call: Call, reach: Reach, fine: number[] = []): Promise<string> {
  const { status, body } = await callOutside(url, { ...call, most: longest }, reach);
  const isDone = (status >= 200 && status < 300) || fine.includes(status);
  if (!isDone) throw new NotDone(`It answered ${status}.`);
  return body;
}

function readAs<T>(schema: z.ZodType<T>, body: string): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    throw new NotDone("It answered something else than is documented.");
  }
}
