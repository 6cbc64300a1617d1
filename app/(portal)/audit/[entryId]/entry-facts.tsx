import type { ReactNode } from "react";
import type { z } from "zod";
import { Fact, Facts } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { Time } from "#components/ui/time.tsx";
import type { getAudit } from "#lib/audit/get.ts";
import { auditPath, type Filter } from "../filter.ts";

type Entry = z.output<typeof getAudit.output>;
type Somebody = NonNullable<Entry["actor"]>;

/** All there is to know of an entry; names lead to what else stands on record of them. */
export function EntryFacts({ entry, account }: { entry: Entry; account: string | undefined }) {
  return (
    <Facts>
      <Fact name="When">
        <Time iso={entry.at} as="both" />
      </Fact>
      <Fact name="Operation">
        <More filter={{ account, action: entry.action }}>
          <Code>{entry.action}</Code>
        </More>
      </Fact>
      {entry.code && (
        <Fact name="Refused with">
          <Code>{entry.code}</Code>
        </Fact>
      )}
      <Fact name="Who">{entry.actor ? <Person of={entry.actor} account={account} /> : "Nobody was signed in"}</Fact>
      {entry.impersonator && (
        <Fact name="In their place acted">
          <Person of={entry.impersonator} account={account} />
        </Fact>
      )}
      <Fact name="In account">{entry.accountId ?? "None"}</Fact>
      <Fact name="To what">
        {entry.target ? (
          <More filter={{ account, target: entry.target }}>
            {entry.targetName && <span>{`${entry.targetKind?.replace("_", " ")} ${entry.targetName}, `}</span>}
            <Code>{entry.target}</Code>
          </More>
        ) : (
          "Nothing in particular"
        )}
      </Fact>
      <Details of={entry.details} />
      <Fact name="With">
        {entry.via ? (
          <span>
            {viaWords[entry.via] ?? entry.via}, <Code>{entry.credentialId}</Code>
          </span>
        ) : (
          "No credential"
        )}
      </Fact>
      <Fact name="From">
        <span>{`${entry.address ?? "Unknown"}${entry.program ? ` with ${entry.program}` : ""}`}</span>
        {entry.agent && <span className="mt-1 block font-mono text-xs leading-5 text-muted">{entry.agent}</span>}
      </Fact>
      <Fact name="Request">
        <Code>{entry.requestId ?? "None"}</Code>
      </Fact>
      <Fact name="Entry">{entry.id}</Fact>
      <Fact name="Link in the chain">
        {entry.link ? (
          <span>
            {entry.link.position}, sealed <Time iso={entry.link.sealedAt} as="both" />
            <span className="mt-1 block font-mono text-xs leading-5 text-muted">{entry.link.sha256}</span>
          </span>
        ) : (
          "Not sealed yet: it takes a minute or two"
        )}
      </Fact>
    </Facts>
  );
}

const Code = ({ children }: { children: ReactNode }) => (
  <span className="font-mono text-[0.8125rem] wrap-anywhere">{children}</span>
);

const More = ({ filter, children }: { filter: Filter; children: ReactNode }) => (
  <Link href={auditPath(filter)} className="text-link">
    {children}
  </Link>
);

function Person({ of, account }: { of: Somebody; account: string | undefined }) {
  return (
    <>
      <More filter={{ account, actor: of.id }}>{of.username ?? "Somebody who is gone"}</More>
      {of.fullName && <span>{` (${of.fullName})`}</span>}
      {of.accountId && <span className="hint block">{`of ${of.accountName}, ${of.accountId}`}</span>}
    </>
  );
}

function Details({ of }: { of: Entry["details"] }) {
  const known = Object.entries(of ?? {});
  if (known.length === 0) return null;
  return (
    <Fact name="Details">
      <ul className="grid gap-1">
        {known.map(([name, value]) => (
          <li key={name} className="wrap-anywhere">
            <span className="text-muted">{name}:</span> {typeof value === "string" ? value : JSON.stringify(value)}
          </li>
        ))}
      </ul>
    </Fact>
  );
}

/** What somebody came with. */
const viaWords: Record<string, string> = {
  session: "A session",
  token: "An API token",
  api_user: "A token of an API user",
};
