import type { z } from "zod";
import { Alert } from "#components/ui/alert.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { getChain } from "#lib/audit/get-chain.ts";

type Chain = z.output<typeof getChain.output>;

/** How far the log is sealed, and whether the chain held when it was last looked at. */
export function ChainCard({ chain: { sealed, verified } }: { chain: Chain }) {
  return (
    <Card
      id="chain"
      title="Chain"
      description="Each entry is linked to the one before it by a hash, within minutes. One that is changed, taken out or put in later breaks the chain; it is gone over every night, and by npm run audit:verify. Write the last hash down elsewhere: then nobody can put another chain in its place."
    >
      <div className="grid gap-5">
        {verified?.problem && (
          <Alert tone="danger" title={`The chain is broken at link ${verified.brokenAt}`}>
            Found <Time iso={verified.at} as="both" />: {verified.problem}.
          </Alert>
        )}
        <Facts>
          <Fact name="Last verified entry">{verified?.entryId ? <Verified of={verified} /> : "None yet"}</Fact>
          <Fact name="Last sealed entry">
            {sealed ? (
              <span>
                {sealed.entryId}, link {sealed.position}, <Time iso={sealed.sealedAt} as="relative" />
                <Hash hex={sealed.sha256} />
              </span>
            ) : (
              "None yet"
            )}
          </Fact>
        </Facts>
      </div>
    </Card>
  );
}

function Verified({ of: { entryId, position, at, sha256 } }: { of: NonNullable<Chain["verified"]> }) {
  return (
    <span>
      {`${entryId}, link ${position}, `}
      <Time iso={at} as="relative" />
      <Hash hex={sha256} />
    </span>
  );
}

const Hash = ({ hex }: { hex: string }) => (
  <span className="mt-1 block font-mono text-xs leading-5 text-muted wrap-anywhere">{hex}</span>
);
