import { Link } from "#components/link.tsx";
import { Fact, Facts } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Token } from "#lib/tokens/list.ts";

/** What there is to know about a token, but for its secret. */
export function TokenFacts({ token }: { token: Token }) {
  return (
    <Facts>
      <Fact name="Secret">
        <span className="font-mono text-[0.8125rem]">{token.start}</span>
        <span className="text-muted"> · shown once, when it was made</span>
      </Fact>
      <Fact name="Created">
        <Created token={token} />
      </Fact>
      <Fact name={token.live ? "Expires" : "Was to expire"}>
        {token.expiresAt ? <Time iso={token.expiresAt} as={token.live ? "both" : "exact"} /> : "Never"}
      </Fact>
      <Fact name="Last used">
        <LastUsed token={token} />
      </Fact>
    </Facts>
  );
}

function Created({ token: { createdAt, createdBy } }: { token: Token }) {
  return (
    <>
      <Time iso={createdAt} as="both" /> by {createdBy.username}
      {createdBy.byToken && (
        <>
          , with{" "}
          <Link href={`/tokens/${createdBy.byToken}`} className="text-link">
            another token
          </Link>
        </>
      )}
    </>
  );
}

function LastUsed({ token }: { token: Token }) {
  if (!token.lastUsedAt) return <span className="text-muted">Not used yet</span>;
  return (
    <>
      <Time iso={token.lastUsedAt} as="both" />
      <span className="block">
        {token.lastUsedProgram && `by ${token.lastUsedProgram} `}
        {token.lastUsedAddress && `from ${token.lastUsedAddress}`}
      </span>
      {token.lastUsedAgent && (
        <span className="mt-1 block font-mono text-xs leading-5 text-muted wrap-anywhere">{token.lastUsedAgent}</span>
      )}
    </>
  );
}
