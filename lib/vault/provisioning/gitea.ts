import { z } from "zod";
import type { EgressPolicy } from "#lib/core/net/egress-policy.ts";
import {
  ask,
  assertSafeUsername,
  assertSameUser,
  type IssuedSecret,
  idOfName,
  nameFor,
  type Order,
  type ProvisioningTarget,
  readAs,
  rootOf,
} from "./target.ts";

const inGitea = (desk: ProvisioningTarget, path: string) => new URL(`api/v1/${path}`, rootOf(desk)).href;

const giteaHeaders = ({ secret }: ProvisioningTarget) => ({
  authorization: `Basic ${Buffer.from(secret).toString("base64")}`,
  "content-type": "application/json",
});

/** As an administrator sees it; who has not confirmed their address is not active. */
const giteaUser = z.object({ login: z.string(), email: z.string(), active: z.boolean().optional() });

/** Gitea and Forgejo: an access token of the user, made by an administrator. */
export async function makeInGitea(desk: ProvisioningTarget, order: Order, policy: EgressPolicy): Promise<IssuedSecret> {
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
export async function endInGitea(
  desk: ProvisioningTarget,
  username: string,
  which: string,
  policy: EgressPolicy,
): Promise<void> {
  assertSafeUsername(username);
  const path = `users/${username}/tokens/${encodeURIComponent(which)}`;
  await ask(desk, inGitea(desk, path), { method: "DELETE", headers: giteaHeaders(desk) }, policy, [404]);
}
