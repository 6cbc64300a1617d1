import { CircleCheck, TriangleAlert } from "lucide-react";
import type { z } from "zod";
import { Card } from "#components/ui/card.tsx";
import type { Affected } from "#lib/accounts/affected.ts";
import type { previewPolicies } from "#lib/accounts/preview.ts";

type Preview = z.output<typeof previewPolicies.output>;

const words: Record<keyof Preview, { one: string; many: string; what: string }> = {
  withoutFactor: {
    one: "person has no second factor",
    many: "people have no second factor",
    what: "They set one up when they next sign in, after the days of grace. Open sessions go on.",
  },
  sessionsEnding: { one: "session ends", many: "sessions end", what: "At once. Whoever is in them signs in again." },
  overdue: {
    one: "password is too old",
    many: "passwords are too old",
    what: "A new one is asked for at the next sign-in. Open sessions go on.",
  },
  tokensOutliving: {
    one: "token outlives what a new one may",
    many: "tokens outlive what a new one may",
    what: "They go on to their end; it takes their owners or an administrator to revoke them.",
  },
  tokensUnused: {
    one: "unused token ends",
    many: "unused tokens end",
    what: "At once and for good; their owners are told.",
  },
  tokensOpen: {
    one: "token may be used from anywhere and stops",
    many: "tokens may be used from anywhere and stop",
    what: "They are refused from the next request on, until their owners name addresses and have others refused.",
  },
  keysCreatingMore: {
    one: "token can create whatever its owner may give",
    many: "tokens can create whatever their owners may give",
    what: "From the next request on. Whoever holds one can make others that go on when it is revoked.",
  },
  copiesForgotten: {
    one: "token can no longer be copied",
    many: "tokens can no longer be copied",
    what: "The kept secrets are forgotten. The tokens go on.",
  },
  keysStopped: {
    one: "access key signs in no more",
    many: "access keys sign in no more",
    what: "Sessions that they opened end at once. The keys are kept, for when they are allowed again.",
  },
};

/** Whom a change of policies concerns, by what happens to them. */
export function AffectedUsers({ preview }: { preview: Preview }) {
  const kinds = (Object.keys(words) as (keyof Preview)[]).filter((kind) => preview[kind].count > 0);
  return (
    <Card id="concerned" title="Whom it concerns">
      {kinds.length === 0 && (
        <p className="flex gap-2">
          <CircleCheck aria-hidden className="mt-[3px] size-4 shrink-0 text-good-text" />
          Nobody, as things stand: no one has to do anything, and nothing ends.
        </p>
      )}
      <ul className="grid gap-5">
        {kinds.map((kind) => (
          <Kind key={kind} {...words[kind]} affected={preview[kind]} />
        ))}
      </ul>
    </Card>
  );
}

type KindProps = { one: string; many: string; what: string; affected: Affected };

function Kind({ one, many, what, affected: { count, people, more, first } }: KindProps) {
  return (
    <li className="flex gap-2.5">
      <TriangleAlert aria-hidden className="mt-[3px] size-4 shrink-0 text-warn-text" />
      <div className="min-w-0">
        <p className="font-medium">
          <span>{`${more ? `More than ${count}` : count} ${count === 1 ? one : many}`}</span>
          {count > people && <span>{`, of ${people} ${people === 1 ? "person" : "people"}`}</span>}
        </p>
        <p className="text-muted">{what}</p>
        <details className="mt-1.5">
          <summary className="w-fit cursor-pointer text-[0.8125rem] text-link">
            {count > first.length ? `The first ${first.length}` : "Who that is"}
          </summary>
          <ul className="mt-1.5 columns-1 gap-6 sm:columns-2">
            {first.map(({ userId, fullName, detail }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one person may have several things, and the list never moves
              <li key={`${userId} ${place}`} className="wrap-anywhere">
                <span>{fullName}</span>
                {detail && <span className="text-muted"> · {detail}</span>}
              </li>
            ))}
          </ul>
        </details>
      </div>
    </li>
  );
}
