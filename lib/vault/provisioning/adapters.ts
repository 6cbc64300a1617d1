import { createHmac } from "node:crypto";
import { z } from "zod";
import { type Call, type EgressPolicy, safeFetch } from "#lib/core/net/egress.ts";

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
export type IssuedSecret = { username: string; secret: string; externalId: string; expiresAt: Date | null };

/**
 * Where it is asked, and with what it is signed or signed in; a hook also with what its secret was before. After
 * `until` (ms) nothing is asked any more: somebody else may be at it by then.
 */
export type ProvisioningTarget = {
  adapter: "hook" | "gitea" | "gitlab";
  url: string;
  secret: string;
  former?: string;
  until?: number;
};

/** Are these the same system? Another path at the same host may be another Gitea, and is the same hook, moved. */
export const isSameTarget = (adapter: ProvisioningTarget["adapter"] | null, one: string, other: string): boolean =>
  adapter === "hook" ? new URL(one).host === new URL(other).host : rootOf({ url: one }) === rootOf({ url: other });

/** The system did not do it. Its message is for administrators and the person concerned, and holds no secret. */
export class NotDone extends Error {
  override name = "NotDone";
}

const maxBytes = 64 * 1024;
const day = 86_400_000;

/** Has a secret made, or made anew: a hook then ends the one before, elsewhere that is for the caller to do. */
export async function make(desk: ProvisioningTarget, order: Order, policy: EgressPolicy): Promise<IssuedSecret> {
  if (desk.adapter === "hook") return readAs(madeByHook, await callHook(desk, order, policy));
  return desk.adapter === "gitea" ? makeInGitea(desk, order, policy) : makeInGitLab(desk, order, policy);
}

/**
 * Has what was made ended: without an `externalId`, whatever was made for the order `lost`. What is not there any more
 * has ended.
 */
export async function withdraw(
  desk: ProvisioningTarget,
  order: Order,
  lost: string,
  policy: EgressPolicy,
): Promise<void> {
  if (desk.adapter === "hook") await callHook(desk, order, policy, [404, 410]);
  const { externalId, username } = order.credential;
  if (desk.adapter === "gitea") await endInGitea(desk, username, externalId ?? nameFor(lost), policy);
  if (desk.adapter !== "gitlab") return;
  if (externalId) return endInGitLab(desk, externalId, policy);
  const user = await findInGitLab(desk, username, policy);
  if (user) await endNamedInGitLab(desk, user.id, nameFor(lost), policy);
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
async function callHook(
  desk: ProvisioningTarget,
  { id, ...order }: Order,
  policy: EgressPolicy,
  fine: number[] = [],
): Promise<string> {
  const body = JSON.stringify({ id, ...order });
  const timestamp = Math.floor(Date.now() / 1000);
  const secrets = [desk.secret, ...(desk.former ? [desk.former] : [])];
  const signatures = secrets.map((secret) => `v1,${signed(`${id}.${timestamp}.${body}`, secret)}`);
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
  return ask(desk, desk.url, { method: "POST", headers, body }, policy, fine);
}

const signed = (text: string, secret: string) =>
  createHmac("sha256", Buffer.from(secret.replace(/^whsec_/, ""), "base64"))
    .update(text)
    .digest("base64");

const idOfName = z.object({ id: z.int() });

/** What a token is called there: the same when it is asked for again, another once one was kept. */
const nameFor = (orderId: string) => `latchkey ${orderId}`;

/** A name that makes no other path of one; no git server has users of any other. */
function assertSafeUsername(username: string): void {
  if (!/^\w[\w.-]*$/.test(username)) throw new NotDone(`It can have no user ${username}.`);
}

type Known = { username: string; email: string; isProven: boolean };

/**
 * Refuses to make anything for somebody whom the system knows by another address: a name alone may be anybody's there,
 * and be taken by anybody here.
 */
function assertSameUser({ user }: Order, known: Known): void {
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  if (!same(known.username, user.username)) throw new NotDone(`It knows no user ${user.username}.`);
  if (!same(known.email, user.email))
    throw new NotDone(`Its user ${user.username} has another e-mail address than here.`);
  if (!known.isProven) throw new NotDone(`Its user ${user.username} has not confirmed their e-mail address there.`);
}

const inGitea = (desk: ProvisioningTarget, path: string) => new URL(`api/v1/${path}`, rootOf(desk)).href;
const giteaHeaders = ({ secret }: ProvisioningTarget) => ({
  authorization: `Basic ${Buffer.from(secret).toString("base64")}`,
  "content-type": "application/json",
});

/** As an administrator sees it; who has not confirmed their address is not active. */
const giteaUser = z.object({ login: z.string(), email: z.string(), active: z.boolean().optional() });

/** Gitea and Forgejo: an access token of the user, made by an administrator. */
async function makeInGitea(desk: ProvisioningTarget, order: Order, policy: EgressPolicy): Promise<IssuedSecret> {
  const [{ username }, name] = [order.user, nameFor(order.id)];
  assertSafeUsername(username);
  const known = readAs(
    giteaUser,
    await ask(desk, inGitea(desk, `users/${username}`), { headers: giteaHeaders(desk) }, policy),
  );
  assertSameUser(order, { username: known.login, email: known.email, isProven: known.active !== false });
  // One of this name was made when this was asked before, and never kept: nobody knows its secret, and its name is
  // taken.
  await endInGitea(desk, username, name, policy);
  const body = JSON.stringify({ name, scopes: ["write:repository", "write:package"] });
  const path = `users/${username}/tokens`;
  const call = { method: "POST", headers: giteaHeaders(desk), body };
  const made = readAs(idOfName.extend({ sha1: z.string().min(1) }), await ask(desk, inGitea(desk, path), call, policy));
  return { username, secret: made.sha1, externalId: String(made.id), expiresAt: null };
}

/** Ends a token of the user by its id or its name. */
async function endInGitea(
  desk: ProvisioningTarget,
  username: string,
  which: string,
  policy: EgressPolicy,
): Promise<void> {
  assertSafeUsername(username);
  const path = `users/${username}/tokens/${encodeURIComponent(which)}`;
  await ask(desk, inGitea(desk, path), { method: "DELETE", headers: giteaHeaders(desk) }, policy, [404]);
}

const inGitLab = (desk: ProvisioningTarget, path: string) => new URL(`api/v4/${path}`, rootOf(desk)).href;
const gitLabHeaders = ({ secret }: ProvisioningTarget) => ({
  "private-token": secret,
  "content-type": "application/json",
});

/** GitLab: a personal access token of the user, made by an administrator; it wants an end, a year ahead. */
async function makeInGitLab(desk: ProvisioningTarget, order: Order, policy: EgressPolicy): Promise<IssuedSecret> {
  const headers = gitLabHeaders(desk);
  const [{ username }, name] = [order.user, nameFor(order.id)];
  assertSafeUsername(username);
  const user = await findInGitLab(desk, username, policy);
  if (!user) throw new NotDone(`It knows no user ${username}.`);
  assertSameUser(order, { ...user, isProven: user.confirmed_at !== null });
  await endNamedInGitLab(desk, user.id, name, policy);
  const end = new Date(Date.now() + 364 * day).toISOString().slice(0, 10);
  const scopes = ["read_repository", "write_repository", "read_registry"];
  const body = JSON.stringify({ name, scopes, expires_at: end });
  const path = inGitLab(desk, `users/${user.id}/personal_access_tokens`);
  const answer = await ask(desk, path, { method: "POST", headers, body }, policy);
  const made = readAs(idOfName.extend({ token: z.string().min(1) }), answer);
  return { username, secret: made.token, externalId: String(made.id), expiresAt: new Date(`${end}T00:00:00Z`) };
}

/** As an administrator sees it. */
const gitLabUser = idOfName.extend({
  username: z.string(),
  email: z.string(),
  confirmed_at: z.string().nullable().optional(),
});

async function findInGitLab(desk: ProvisioningTarget, username: string, policy: EgressPolicy) {
  const search = inGitLab(desk, `users?username=${encodeURIComponent(username)}`);
  const answer = await ask(desk, search, { headers: gitLabHeaders(desk) }, policy);
  return readAs(z.array(gitLabUser), answer).at(0);
}

/** Ends what was made when the same was asked before, and never kept. The search there finds parts of names, too. */
async function endNamedInGitLab(
  desk: ProvisioningTarget,
  userId: number,
  name: string,
  policy: EgressPolicy,
): Promise<void> {
  const path = `personal_access_tokens?user_id=${userId}&revoked=false&search=${encodeURIComponent(name)}`;
  const answer = await ask(desk, inGitLab(desk, path), { headers: gitLabHeaders(desk) }, policy);
  const found = readAs(z.array(idOfName.extend({ name: z.string() })), answer);
  for (const one of found) if (one.name === name) await endInGitLab(desk, String(one.id), policy);
}

async function endInGitLab(desk: ProvisioningTarget, id: string, policy: EgressPolicy): Promise<void> {
  const path = `personal_access_tokens/${encodeURIComponent(id)}`;
  await ask(desk, inGitLab(desk, path), { method: "DELETE", headers: gitLabHeaders(desk) }, policy, [404]);
}

const rootOf = ({ url }: Pick<ProvisioningTarget, "url">) => (url.endsWith("/") ? url : `${url}/`);

async function ask(
  { until }: ProvisioningTarget,
  url: string,
  call: Call,
  policy: EgressPolicy,
  fine: number[] = [],
): Promise<string> {
  if (until !== undefined && Date.now() > until) throw new NotDone("It took too long to answer.");
  const { status, body } = await safeFetch(url, { ...call, most: maxBytes }, policy);
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
