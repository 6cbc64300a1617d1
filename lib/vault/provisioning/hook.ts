import { createHmac } from "node:crypto";
import { z } from "zod";
import type { EgressPolicy } from "#lib/core/net/egress-policy.ts";
import { ask, type Order, type ProvisioningTarget } from "./target.ts";

export const madeByHook = z
  .object({
    username: z.string().max(200),
    secret: z.string().min(1).max(16_384),
    externalId: z.string().min(1).max(200),
    expiresAt: z.iso.datetime({ offset: true }).nullish(),
  })
  .transform(({ expiresAt, ...made }) => ({ ...made, expiresAt: expiresAt ? new Date(expiresAt) : null }));

/** Signed as https://www.standardwebhooks.com has it, so that the libraries for that check it. */
export async function callHook(
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
