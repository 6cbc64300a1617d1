import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { LogTable } from "#components/users/log-table.tsx";
import type { LogPage } from "#lib/audit/security-log/operations.ts";

/** What was done to a token, and when it was refused: the newest entries of the security log. */
export function History({ id, log: { items, nextCursor } }: { id: string; log: LogPage }) {
  if (items.length === 0) return null;
  return (
    <Card
      id="history"
      title="History"
      description="Who changed it, and when it was refused."
      actions={
        <Link href={`/security-log?token=${id}`} className="text-link">
          {nextCursor ? "All of it in the security log" : "In the security log"}
        </Link>
      }
      flush
    >
      <LogTable items={items} />
    </Card>
  );
}
