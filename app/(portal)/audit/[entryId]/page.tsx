import { notFound } from "next/navigation";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { getAudit } from "#lib/audit/get.ts";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { portalPage } from "../../portal-page.tsx";
import { auditPath, readFilter } from "../filter.ts";
import { EntryFacts } from "./entry-facts.tsx";

export const metadata = { title: "Audit entry" };

type Props = { params: Promise<{ entryId: string }>; searchParams: PageQuery };

export default portalPage(EntryPage);

async function EntryPage({ params, searchParams }: Props) {
  const { entryId } = await params;
  const { account } = readFilter(await searchParams);
  if (!/^[1-9]\d{0,14}$/.test(entryId)) notFound();
  const entry = await read(getAudit, { entryId, accountId: account });
  return (
    <div className="max-w-3xl">
      <PageHeader
        back={{ href: auditPath({ account }), label: "Audit log" }}
        title={entry.words}
        badge={
          <Badge tone={entry.result === "done" ? "neutral" : "warn"}>
            {entry.result === "done" ? "Done" : "Refused"}
          </Badge>
        }
        description={entry.reason ?? undefined}
      />
      <Card>
        <EntryFacts entry={entry} account={account} />
      </Card>
    </div>
  );
}
