import { History, SearchX } from "lucide-react";
import { redirect } from "next/navigation";
import { PageHeader } from "#components/layout/page-header.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { Exports } from "#components/lists/exports.tsx";
import { Pager } from "#components/lists/pager.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { AuditTable } from "#components/users/audit-table.tsx";
import { getChain } from "#lib/audit/get-chain.ts";
import { listAudit } from "#lib/audit/list.ts";
import { Refusal } from "#lib/core/errors.ts";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { portalPage } from "../portal-page.tsx";
import { ChainCard } from "./chain-card.tsx";
import { auditPath, entriesOf, type Filter, inputOf, isFiltered, readFilter } from "./filter.ts";
import { FilterForm } from "./filter-form.tsx";

export const metadata = { title: "Audit log" };

export default portalPage(AuditPage);

async function AuditPage({ searchParams }: { searchParams: PageQuery }) {
  const { cursor, ...filter } = readFilter(await searchParams);
  const { items, nextCursor } = await readLog(filter, cursor);
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Every change in the account and every refusal: who, what, when and from where. Nobody changes what stands here."
      />
      <FilterForm filter={filter} />
      <div className="card mt-5">
        {items.length > 0 ? <AuditTable items={items} account={filter.account} /> : <Nothing filter={filter} />}
      </div>
      <Pager cursor={cursor} next={nextCursor} pathOf={(cursor) => auditPath({ ...filter, cursor })} />
      <Exports path="/audit/export" fields={entriesOf(filter)} filtered={isFiltered(filter)} />
      <div className="mt-8">
        <ChainCard chain={await read(getChain)} />
      </div>
    </>
  );
}

// A cursor that came from elsewhere, or from yesterday, leads to the first page.
async function readLog(filter: Filter, cursor: string | undefined) {
  try {
    return await read(listAudit, { ...inputOf(filter), cursor });
  } catch (refusal) {
    if (cursor && refusal instanceof Refusal && refusal.code === "invalid_fields") redirect(auditPath(filter));
    throw refusal;
  }
}

function Nothing({ filter }: { filter: Filter }) {
  if (!isFiltered(filter))
    return (
      <EmptyState icon={<History aria-hidden />} title="Nothing is on record yet">
        Changes and refusals appear here as they happen.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="Nothing matches"
      actions={<ButtonLink href={auditPath({ account: filter.account })}>Show everything</ButtonLink>}
    >
      Nothing on record is as you asked for.
    </EmptyState>
  );
}
