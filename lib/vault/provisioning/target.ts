import { z } from "zod";
import { type Call, safeFetch } from "#lib/core/net/egress.ts";
import type { EgressPolicy } from "#lib/core/net/egress-policy.ts";

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

export const day = 86_400_000;

export const idOfName = z.object({ id: z.int() });

/** What a token is called there: the same when it is asked for again, another once one was kept. */
export const nameFor = (orderId: string) => `latchkey ${orderId}`;

/** A name that makes no other path of one; no git server has users of any other. */
export function assertSafeUsername(username: string): void {
  if (!/^\w[\w.-]*$/.test(username)) throw new NotDone(`It can have no user ${username}.`);
}

type Known = { username: string; email: string; isProven: boolean };

/**
 * Refuses to make anything for somebody whom the system knows by another address: a name alone may be anybody's there,
 * and be taken by anybody here.
 */
export function assertSameUser({ user }: Order, known: Known): void {
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  if (!same(known.username, user.username)) throw new NotDone(`It knows no user ${user.username}.`);
  if (!same(known.email, user.email))
    throw new NotDone(`Its user ${user.username} has another e-mail address than here.`);
  if (!known.isProven) throw new NotDone(`Its user ${user.username} has not confirmed their e-mail address there.`);
}

export const rootOf = ({ url }: Pick<ProvisioningTarget, "url">) => (url.endsWith("/") ? url : `${url}/`);

export async function ask(
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

export function readAs<T>(schema: z.ZodType<T>, body: string): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    throw new NotDone("It answered something else than is documented.");
  }
}
