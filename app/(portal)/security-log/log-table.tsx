import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { LogEntry } from "#lib/security-log/entries.ts";

/** The entries as a table: what, whether it was done, who, from where, when. */
export function LogTable({ items }: { items: LogEntry[] }) {
  return (
    <Table caption="What happened to your account" columns={["What", "Result", "Who", "From", "When"]}>
      {items.map((item) => (
        <Row key={item.id}>
          <RowHead>
            <What item={item} />
          </RowHead>
          <Cell label="Result">
            <Badge tone={item.result === "done" ? "neutral" : "warn"}>
              {item.result === "done" ? "Done" : "Refused"}
            </Badge>
          </Cell>
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

function What({ item: { words, reason, details } }: { item: LogEntry }) {
  const more = inWords(details);
  return (
    <div className="min-w-0 wrap-anywhere">
      <span className="font-medium">{words}</span>
      {reason && <span className="hint block">{reason}</span>}
      {more && <span className="hint block">{more}</span>}
    </div>
  );
}

/** What is on record beside the act, of that which a person can read: names and lists of them. */
function inWords(details: LogEntry["details"]): string {
  const told = Object.entries(details ?? {}).filter(([, value]) => isReadable(value));
  return told.map(([name, value]) => `${spaced(name)}: ${[value].flat().join(", ")}`).join(" · ");
}

const isReadable = (value: unknown) =>
  ["string", "number", "boolean"].includes(typeof value) || (Array.isArray(value) && value.length < 8);

const spaced = (name: string) => name.replace(/([A-Z])/g, " $1").toLowerCase();

function Who({ item: { by, byUsername, via } }: { item: LogEntry }) {
  if (by === "somebody else") return <>{byUsername ?? "Somebody who is gone"}</>;
  if (by === "nobody known") return <>Unknown</>;
  return (
    <>
      {via ? "You" : "Someone with your name"}
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
