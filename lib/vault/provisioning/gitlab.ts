import { z } from "zod";
import type { EgressPolicy } from "#lib/core/net/egress-policy.ts";
import {
  ask,
  assertSafeUsername,
  assertSameUser,
  day,
  type IssuedSecret,
  idOfName,
  NotDone,
  nameFor,
  type Order,
  type ProvisioningTarget,
  readAs,
  rootOf,
} from "./target.ts";

const inGitLab = (desk: ProvisioningTarget, path: string) => new URL(`api/v4/${path}`, rootOf(desk)).href;

const gitLabHeaders = ({ secret }: ProvisioningTarget) => ({
  "private-token": secret,
  "content-type": "application/json",
});

/** GitLab: a personal access token of the user, made by an administrator; it wants an end, a year ahead. */
export async function makeInGitLab(
  desk: ProvisioningTarget,
  order: Order,
  policy: EgressPolicy,
): Promise<IssuedSecret> {
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

export async function findInGitLab(desk: ProvisioningTarget, username: string, policy: EgressPolicy) {
  const search = inGitLab(desk, `users?username=${encodeURIComponent(username)}`);
  const answer = await ask(desk, search, { headers: gitLabHeaders(desk) }, policy);
  return readAs(z.array(gitLabUser), answer).at(0);
}

/** Ends what was made when the same was asked before, and never kept. The search there finds parts of names, too. */
export async function endNamedInGitLab(
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

export async function endInGitLab(desk: ProvisioningTarget, id: string, policy: EgressPolicy): Promise<void> {
  const path = `personal_access_tokens/${encodeURIComponent(id)}`;
  await ask(desk, inGitLab(desk, path), { method: "DELETE", headers: gitLabHeaders(desk) }, policy, [404]);
}
