import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { LogEntry } from "#lib/audit/security-log/entries.ts";

/** The entries as a table: what, who, from where, when; what was refused is marked. */
export function LogTable({ items }: { items: LogEntry[] }) {
  return (
    <Table caption="What happened to your account" columns={["What", "Who", "From", "When"]}>
      {items.map((item) => (
        <Row key={item.id}>
          <RowHead>
            <What item={item} />
          </RowHead>
          <Cell label="Who">
            <Who item={item} />
          </Cell>
          <Cell label="From">
            <From item={item} />
          </Cell>
          <Cell label="When">
            <Time iso={item.at} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function What({ item: { words, result, reason, details } }: { item: LogEntry }) {
  const more = inWords(details);
  return (
    <div className="min-w-0 wrap-anywhere">
      <span className="font-medium">{words}</span> {result === "refused" && <Badge tone="warn">Refused</Badge>}
      {reason && <span className="hint block">{reason}</span>}
      {more && <span className="hint block">{more}</span>}
    </div>
  );
}

/** What of the details on record tells a person something, and how it is called. */
const told: Record<string, string> = {
  name: "name",
  scopes: "scopes",
  fields: "changed",
  email: "address",
  newEmail: "new address",
  endedSessions: "sessions ended",
  host: "goes to",
  count: "times",
};

function inWords(details: LogEntry["details"]): string {
  const known = Object.entries(details ?? {}).filter(([name, value]) => told[name] && value !== null);
  return known.map(([name, value]) => `${told[name]}: ${[value].flat().join(", ")}`).join(" · ");
}

// Who was refused at sign-in gave a name and proved nothing.
function Who({ item: { by, byUsername, asYou, via, result } }: { item: LogEntry }) {
  if (asYou) return <span>{`${byUsername ?? "Somebody who is gone"}, acting as you`}</span>;
  if (by === "somebody else") return <span>{byUsername ?? "Somebody who is gone"}</span>;
  if (by === "nobody known") return <span>Unknown</span>;
  if (!via && result === "refused") return <span>Somebody who gave your name</span>;
  return (
    <>
      <span>You</span>
      {via === "token" && <span className="hint block">with an API token</span>}
    </>
  );
}

function From({ item: { by, address, program } }: { item: LogEntry }) {
  if (by !== "you") return <span className="text-muted">Not shown</span>;
  return (
    <>
      <span className="block wrap-anywhere">{program ?? "Unnamed program"}</span>
      {address && <span className="hint block wrap-anywhere">{address}</span>}
    </>
  );
}
