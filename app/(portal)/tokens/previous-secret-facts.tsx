import { Time } from "#components/ui/time.tsx";
import type { Token } from "#lib/tokens/token.ts";

type Former = Token["replaced"][number];

/** When and from where the latest of some previous secrets was used. */
export function PreviousUse({ former }: { former: Former[] }) {
  const [last] = former.filter(({ lastUsedAt }) => lastUsedAt).toSorted(latestFirst);
  if (!last?.lastUsedAt) return <span>not used yet</span>;
  return (
    <span>
      <span>last used </span>
      <Time iso={last.lastUsedAt} as="relative" />
      {last.lastUsedAddress && <span>{` from ${last.lastUsedAddress}`}</span>}
    </span>
  );
}

const latestFirst = (one: Former, other: Former) => String(other.lastUsedAt).localeCompare(String(one.lastUsedAt));

/** When a previous secret ends. */
export function PreviousEnd({ former: { endsAt, untilFirstUse } }: { former: Former }) {
  if (untilFirstUse) return <span>ends when the new one is first used</span>;
  return (
    <span>
      ends <Time iso={endsAt ?? ""} as="relative" />
    </span>
  );
}

/** Of a token that was rotated lately: what became of its old secret. */
export function PreviousSecretLine({ token: { replaced } }: { token: Token }) {
  const [newest] = replaced;
  if (!newest) return null;
  return (
    <p className="text-[0.8125rem] leading-5 text-muted wrap-anywhere">
      Old secret: <PreviousUse former={replaced} /> · <PreviousEnd former={newest} />
    </p>
  );
}
