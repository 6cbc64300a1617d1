import { Card } from "#components/ui/card.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { ServiceCredential } from "#lib/vault/service-credentials/service-credential.ts";

/** Who has read the secret, the latest first. */
export function UsedBy({ credential: { usedBy } }: { credential: ServiceCredential }) {
  if (!usedBy.length)
    return (
      <Card id="used-by" title="Used by">
        <p className="text-muted">Nobody has read it since it is kept here.</p>
      </Card>
    );
  return (
    <Card id="used-by" title="Used by" flush>
      <Table caption="Who has read the secret" columns={["Who", "With", "How often", "Last"]}>
        {usedBy.map(({ reader, name, program, count, lastAt }) => (
          <Row key={reader}>
            <RowHead>
              <span className="font-medium wrap-anywhere">{name}</span>
            </RowHead>
            <Cell label="With">{program ?? "Not said"}</Cell>
            <Cell label="How often">{count === 1 ? "Once" : `${count} times`}</Cell>
            <Cell label="Last">
              <Time iso={lastAt} as="relative" />
            </Cell>
          </Row>
        ))}
      </Table>
    </Card>
  );
}
