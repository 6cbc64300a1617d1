import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Role } from "#lib/access/roles/list.ts";

/** What a role says, only to be read. */
export function Entries({ role: { permissions } }: { role: Role }) {
  const entries = Object.entries(permissions);
  return (
    <Card id="entries" title="What it says">
      {entries.length === 0 && <p className="text-muted">Nothing: it neither allows nor denies anything.</p>}
      <ul className="grid gap-1.5">
        {entries.map(([pattern, effect]) => (
          <li key={pattern} className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <Badge tone={effect === "denied" ? "danger" : "good"}>{effect === "denied" ? "Denied" : "Allowed"}</Badge>
            <code className="font-mono text-xs wrap-anywhere">{pattern}</code>
          </li>
        ))}
      </ul>
    </Card>
  );
}
