import { Plug, Plus, SearchX } from "lucide-react";
import Link from "next/link";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { listAddress } from "#components/lists/list-address.ts";
import { Pager } from "#components/lists/pager.tsx";
import { SearchForm } from "#components/lists/search-form.tsx";
import { SystemIcon } from "#components/lists/system-icon.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import { plainWord } from "#lib/http/next/asked.ts";
import { type PageQuery, readList, signedIn } from "#lib/http/next/page.ts";
import type { Integration } from "#lib/vault/integrations/integration.ts";
import { listIntegrations } from "#lib/vault/integrations/list.ts";
import { systemFacts } from "#lib/vault/service-credentials/systems.ts";
import { portalPage } from "../portal-page.tsx";
import { usageLabel } from "./labels.ts";

export const metadata = { title: "Integrations" };

export default portalPage(IntegrationsPage);

async function IntegrationsPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const account = actingIn(query);
  const search = plainWord(query.search).slice(0, 100);
  const cursor = [query.cursor].flat()[0];
  const pathOf = (cursor?: string) => listAddress("/integrations", { search, cursor }, account);
  const { items, nextCursor } = await readList(
    listIntegrations,
    { accountId: account, search: search || undefined, cursor },
    pathOf(),
  );
  const mayMake = canInAccount(await signedIn(), "create:integration", account);
  return (
    <>
      <PageHeader
        title="Integrations"
        description="Systems outside for which people keep secrets: they bring their own, or one is made for each."
        actions={
          <>
            <Confirmed />
            {mayMake && (
              <ButtonLink href={inAccount("/integrations/new", account)} tone="primary" data-shortcut="n">
                <Plus aria-hidden /> New integration
              </ButtonLink>
            )}
          </>
        }
      />
      {query.deleted !== undefined && (
        <div className="mb-5">
          <Alert tone="good" live>
            The integration is removed, with everything that people kept for it.
          </Alert>
        </div>
      )}
      <SearchForm action="/integrations" label="Name or address" search={search} account={account} />
      <div className="card mt-5">
        {items.length > 0 && <Integrations items={items} account={account} />}
        {items.length === 0 && <Nothing isFiltered={search !== ""} mayMake={mayMake} account={account} />}
      </div>
      <Pager cursor={cursor} next={nextCursor} pathOf={pathOf} />
    </>
  );
}

function Integrations({ items, account }: { items: Integration[]; account?: string }) {
  return (
    <Table caption="Integrations" columns={["System", "Kind", "Kept for it"]}>
      {items.map(({ id, name, kind, icon, baseUrl, mode, usage, isPaused, offeredHostKey }) => (
        <Row key={id}>
          <RowHead>
            <span className="flex items-center gap-3">
              <SystemIcon icon={icon} kind={kind} />
              <span className="min-w-0">
                <Link
                  href={inAccount(`/integrations/${id}`, account)}
                  prefetch={false}
                  className="font-medium text-text no-underline hover:underline wrap-anywhere"
                >
                  {name}
                </Link>
                <span className="hint block wrap-anywhere">{baseUrl}</span>
              </span>
            </span>
          </RowHead>
          <Cell label="Kind">
            <span className="flex flex-wrap items-center gap-1.5">
              <span>{systemFacts[kind].label}</span>
              {mode === "automatic" && <Badge tone="info">Automatic</Badge>}
            </span>
          </Cell>
          <Cell label="Kept for it">
            <span className="flex flex-wrap items-center gap-1.5">
              <span>{usageLabel(usage)}</span>
              {isPaused && <Badge tone="warn">Paused</Badge>}
              {usage.troubled > 0 && <Badge tone="danger">{`${usage.troubled} in trouble`}</Badge>}
              {offeredHostKey && <Badge tone="danger">Other host key</Badge>}
            </span>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

type NothingProps = { isFiltered: boolean; mayMake: boolean; account?: string };

function Nothing({ isFiltered, mayMake, account }: NothingProps) {
  if (isFiltered)
    return (
      <EmptyState
        icon={<SearchX aria-hidden />}
        title="No integration matches"
        actions={<ButtonLink href={inAccount("/integrations", account)}>Show all integrations</ButtonLink>}
      >
        None is as you asked for.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<Plug aria-hidden />}
      title="No integrations yet"
      actions={
        mayMake && (
          <ButtonLink href={inAccount("/integrations/new", account)} tone="primary">
            Add a system
          </ButtonLink>
        )
      }
    >
      {mayMake
        ? "Add a git server, a registry or a database, and people can keep their secrets for it here."
        : "Nobody has added a system for which people could keep secrets."}
    </EmptyState>
  );
}
