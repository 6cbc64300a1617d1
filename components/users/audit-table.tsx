import { Badge } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { AuditEntry } from "#lib/audit/entries.ts";
import { AuditActor } from "./audit-actor.tsx";

type Props = { items: AuditEntry[]; account: string | undefined };

/** The entries as a table: what, whether it was done, who, to what, when. Each leads to all there is to know of it. */
export function AuditTable({ items, account }: Props) {
  return (
    <Table caption="What happened" columns={["What", "Result", "Who", "To what", "When"]}>
      {items.map((item) => (
        <Row key={item.id}>
          <RowHead>
            <What item={item} account={account} />
          </RowHead>
          <Cell label="Result">
            <Badge tone={item.result === "done" ? "neutral" : "warn"}>
              {item.result === "done" ? "Done" : "Refused"}
            </Badge>
          </Cell>
          <Cell label="Who">
            <AuditActor entry={item} />
          </Cell>
          <Cell label="To what">
            <span className="wrap-anywhere">{item.targetName ?? shortened(item.target)}</span>
            {item.targetKind && <span className="hint block">{item.targetKind.replace("_", " ")}</span>}
          </Cell>
          <Cell label="When">
            <Time iso={item.at} as="relative" />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function What({ item, account }: { item: AuditEntry; account: string | undefined }) {
  const query = account ? `?${new URLSearchParams({ account })}` : "";
  return (
    <div className="min-w-0 wrap-anywhere">
      <Link href={`/audit/${item.id}${query}`} className="font-medium">
        {item.words}
      </Link>
      {item.reason && <span className="hint block">{item.reason}</span>}
      {account === "*" && item.accountId && <span className="hint block">in account {item.accountId}</span>}
    </div>
  );
}

/** Enough of an id to tell it from others. */
const shortened = (id: string | null) => (id && id.length > 12 ? `${id.slice(0, 8)}…` : id);
