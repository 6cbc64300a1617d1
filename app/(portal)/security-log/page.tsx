import { ScrollText, SearchX } from "lucide-react";
import { redirect } from "next/navigation";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { Exports } from "#components/lists/exports.tsx";
import { Pager } from "#components/lists/pager.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { LogTable } from "#components/users/log-table.tsx";
import { listSecurityLog } from "#lib/audit/security-log/operations.ts";
import { Refusal } from "#lib/core/errors.ts";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { portalPage } from "../portal-page.tsx";
import { entriesOf, type Filter, isFiltered, logPath, readFilter } from "./filter.ts";
import { FilterForm } from "./filter-form.tsx";

export const metadata = { title: "Security log" };

export default portalPage(SecurityLogPage);

async function SecurityLogPage({ searchParams }: { searchParams: PageQuery }) {
  const { cursor, ...filter } = readFilter(await searchParams);
  const { items, nextCursor } = await readLog(filter, cursor);
  return (
    <>
      <PageHeader
        title="Security log"
        description="Everything that happened to your account: what you did, what was tried in your name, and what others did to it."
        actions={<Confirmed />}
      />
      <FilterForm filter={filter} />
      <div className="card mt-5">{items.length > 0 ? <LogTable items={items} /> : <Nothing filter={filter} />}</div>
      <Pager cursor={cursor} next={nextCursor} pathOf={(cursor) => logPath({ ...filter, cursor })} />
      <Exports path="/security-log/export" fields={entriesOf(filter)} filtered={isFiltered(filter)} />
    </>
  );
}

// A cursor that came from elsewhere, or from yesterday, leads to the first page.
async function readLog(filter: Filter, cursor: string | undefined) {
  try {
    return await read(listSecurityLog, { ...filter, cursor });
  } catch (refusal) {
    if (cursor && refusal instanceof Refusal && refusal.code === "invalid_fields") redirect(logPath(filter));
    throw refusal;
  }
}

function Nothing({ filter }: { filter: Filter }) {
  if (!isFiltered(filter))
    return (
      <EmptyState icon={<ScrollText aria-hidden />} title="Nothing is on record yet">
        Sign-ins, changes and refusals appear here as they happen.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="Nothing matches"
      actions={<ButtonLink href="/security-log">Show everything</ButtonLink>}
    >
      Nothing on record is as you asked for.
    </EmptyState>
  );
}
