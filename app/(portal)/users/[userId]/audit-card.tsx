import { ScrollText } from "lucide-react";
import { inAccount } from "#components/layout/acting-account.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card } from "#components/ui/card.tsx";
import { AuditTable } from "#components/users/audit-table.tsx";
import { listAudit } from "#lib/audit/list.ts";
import { read } from "#lib/http/next/page.ts";

/** What was done to somebody lately, and the ways to all that was done to them and by them. */
export async function AuditCard({ userId, account }: { userId: string; account?: string }) {
  const { items } = await read(listAudit, { accountId: account, target: userId, limit: 5 });
  const log = (field: "target" | "actor") => inAccount(`/audit?${new URLSearchParams({ [field]: userId })}`, account);
  return (
    <Card
      id="audit"
      title="Audit"
      flush
      actions={
        <>
          <ButtonLink href={log("target")} small>
            <ScrollText aria-hidden /> Done to them
          </ButtonLink>
          <ButtonLink href={log("actor")} small>
            <ScrollText aria-hidden /> Done by them
          </ButtonLink>
        </>
      }
    >
      {items.length > 0 ? (
        <AuditTable items={items} account={account} />
      ) : (
        <p className="p-5 text-muted sm:px-6">Nothing yet.</p>
      )}
    </Card>
  );
}
