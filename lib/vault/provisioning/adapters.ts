import type { EgressPolicy } from "#lib/core/net/egress-policy.ts";
import { endInGitea, makeInGitea } from "./gitea.ts";
import { endInGitLab, endNamedInGitLab, findInGitLab, makeInGitLab } from "./gitlab.ts";
import { callHook, madeByHook } from "./hook.ts";
import { type IssuedSecret, nameFor, type Order, type ProvisioningTarget, readAs } from "./target.ts";

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
