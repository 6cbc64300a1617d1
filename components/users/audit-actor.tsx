import type { AuditEntry } from "#lib/audit/entries.ts";

type Somebody = NonNullable<AuditEntry["actor"]>;

/** Who did something, from which account when that is another one, and who acted in their place. */
export function AuditActor({ entry }: { entry: AuditEntry }) {
  const { actor, impersonator, accountId, via } = entry;
  if (!actor) return <span className="text-muted">Nobody known</span>;
  return (
    <span className="wrap-anywhere">
      {impersonator ? <Name of={impersonator} /> : <Name of={actor} />}
      {impersonator && <span className="hint block">as {actor.username ?? "somebody who is gone"}</span>}
      <From somebody={impersonator ?? actor} accountId={accountId} />
      {via === "token" && <span className="hint block">with an API token</span>}
      {via === "api_user" && <span className="hint block">an API user</span>}
    </span>
  );
}

const Name = ({ of }: { of: Somebody }) => (
  <span title={of.fullName ?? undefined}>{of.username ?? "Somebody who is gone"}</span>
);

function From({ somebody, accountId }: { somebody: Somebody; accountId: string | null }) {
  if (!somebody.accountId || somebody.accountId === accountId) return null;
  return <span className="hint block">{`of ${somebody.accountName}`}</span>;
}
