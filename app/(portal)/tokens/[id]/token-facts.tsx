import { Fact, Facts } from "#components/ui/card.tsx";
import type { Elements } from "#components/ui/elements.ts";
import { Link } from "#components/ui/link.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Token } from "#lib/tokens/token.ts";

type FactsProps = { token: Token; mayExplain: boolean; children?: Elements };

/** What there is to know about a token, but for its secret; `children` stand beside that. */
export function TokenFacts({ token, mayExplain, children }: FactsProps) {
  return (
    <Facts>
      <Fact name="Secret">
        <span className="font-mono text-[0.8125rem]">{token.preview}</span>
        <span className="text-muted"> · {shownWords(token)}</span>
        {children && <div className="mt-2">{children}</div>}
      </Fact>
      <Fact name="Created">
        <Created token={token} />
      </Fact>
      {token.rotatedAt && (
        <Fact name="Rotated">
          <Time iso={token.rotatedAt} as="both" />
        </Fact>
      )}
      {token.status === "not_started" && token.startsAt && (
        <Fact name="Starts">
          <Time iso={token.startsAt} as="both" />
        </Fact>
      )}
      <Fact name={token.live ? "Expires" : "Was to expire"}>
        {token.expiresAt ? <Time iso={token.expiresAt} as={token.live ? "both" : "exact"} /> : "Never"}
      </Fact>
      <Fact name="Last used">
        <LastUsed token={token} />
      </Fact>
      {mayExplain && (
        <Fact name="Read on">
          <Link href={`/permissions?token=${token.id}`} className="text-link">
            What it may do, and why
          </Link>
        </Fact>
      )}
    </Facts>
  );
}

function shownWords({ retrievable, rotatedAt }: Token): string {
  if (retrievable) return "your account keeps a sealed copy";
  return `shown once, when it was ${rotatedAt ? "rotated" : "made"}`;
}

function Created({ token: { createdAt, createdBy } }: { token: Token }) {
  return (
    <>
      <Time iso={createdAt} as="both" /> <span>by {createdBy.username}</span>
      {createdBy.byToken && (
        <span>
          , with{" "}
          <Link href={`/tokens/${createdBy.byToken}`} className="text-link">
            another token
          </Link>
        </span>
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
        {token.lastUsedProgram && <span>{`by ${token.lastUsedProgram} `}</span>}
        {token.lastUsedAddress && <span>{`from ${token.lastUsedAddress}`}</span>}
      </span>
      {token.lastUsedAgent && (
        <span className="mt-1 block font-mono text-xs leading-5 text-muted wrap-anywhere">{token.lastUsedAgent}</span>
      )}
    </>
  );
}
