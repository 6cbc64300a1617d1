import type { Actor, Caller } from "./actor.ts";

export type Somebody = { id: string; accountId: string; credential?: { kind: string; id: string } };

export type CallerFacts = Pick<Caller, "address" | "agent" | "requestId" | "group">;

export type RecordedActor = {
  actor: Actor | null;
  caller: CallerFacts;
  /** The account it happened in; the actor's own when left out. */
  tenant?: { accountId: string };
};

/** Whoever is named stands above whoever the request's own credential speaks for: it proved nothing here. */
export function entry(action: string, by: RecordedActor, named: Somebody | undefined) {
  const isOther = named && named.id !== by.actor?.id;
  if (!isOther) return line(action, by);
  const { id: actorId, accountId, credential } = named;
  const from = { actorId, accountId, credentialKind: credential?.kind, credentialId: credential?.id };
  return { ...line(action, { ...by, actor: null }), ...from };
}

/** What somebody does in an account that theirs manages stands in the logs of both (I-36). */
function from(actor: Actor | null, tenant: RecordedActor["tenant"]): string | null {
  const by = actor?.impersonator ?? actor;
  const where = tenant?.accountId || actor?.accountId;
  return by && by.accountId !== where ? by.accountId : null;
}

const line = (action: string, { actor, caller, tenant }: RecordedActor) => ({
  action,
  accountId: tenant?.accountId || actor?.accountId,
  actorId: actor?.id,
  actorAccountId: from(actor, tenant),
  impersonatorId: actor?.impersonator?.id ?? null,
  credentialKind: actor?.credential.kind,
  credentialId: actor?.credential.id,
  address: caller.address,
  agent: caller.agent.slice(0, 300),
  requestId: caller.requestId,
});
