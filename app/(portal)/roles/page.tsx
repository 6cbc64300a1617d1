import { Plus, SearchX, UserRoundCog } from "lucide-react";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { listAddress } from "#components/lists/list-address.ts";
import { Pager } from "#components/lists/pager.tsx";
import { SearchForm } from "#components/lists/search-form.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Link } from "#components/ui/link.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { listRoles, type Role } from "#lib/access/roles/list.ts";
import { plainWord } from "#lib/http/next/asked.ts";
import { type PageQuery, readList } from "#lib/http/next/page.ts";
import { portalPage } from "../portal-page.tsx";

export const metadata = { title: "Roles" };

export default portalPage(RolesPage);

async function RolesPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const account = actingIn(query);
  const search = plainWord(query.search).slice(0, 100);
  const cursor = [query.cursor].flat()[0];
  const pathOf = (cursor?: string) => listAddress("/roles", { search, cursor }, account);
  const { items, nextCursor } = await readList(
    listRoles,
    { accountId: account, search: search || undefined, cursor },
    pathOf(),
  );
  return (
    <>
      <PageHeader
        title="Roles"
        description="A role says what its holders may do, and what they may not. Global roles are the same in every account."
        actions={
          <>
            <Confirmed />
            <ButtonLink href={inAccount("/roles/new", account)} tone="primary" data-shortcut="n">
              <Plus aria-hidden /> New role
            </ButtonLink>
          </>
        }
      />
      {query.deleted !== undefined && (
        <div className="mb-5">
          <Alert tone="good" live>
            The role is deleted. Whoever held it has lost it.
          </Alert>
        </div>
      )}
      <SearchForm action="/roles" label="Name or description" search={search} account={account} />
      <div className="card mt-5">
        {items.length > 0 ? <Roles items={items} account={account} /> : <Nothing search={search} account={account} />}
      </div>
      <Pager cursor={cursor} next={nextCursor} pathOf={pathOf} />
    </>
  );
}

function Roles({ items, account }: { items: Role[]; account?: string }) {
  return (
    <Table caption="Roles" columns={["Role", "Kind", "Entries", "Changed"]}>
      {items.map((role) => (
        <Row key={role.id}>
          <RowHead>
            <Link
              href={inAccount(`/roles/${role.id}`, account)}
              className="font-medium text-text no-underline hover:underline wrap-anywhere"
            >
              {role.name}
            </Link>
            {role.description && <p className="hint line-clamp-2 wrap-anywhere">{role.description}</p>}
          </RowHead>
          <Cell label="Kind">
            <span className="flex flex-wrap gap-1.5">
              <Badge>{role.global ? "Global" : "Own"}</Badge>
              {role.heldByYou && <Badge tone="info">You hold it</Badge>}
            </span>
          </Cell>
          <Cell label="Entries">{entriesOf(role)}</Cell>
          <Cell label="Changed">
            <Time iso={role.modifiedAt} as="relative" />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function entriesOf({ permissions }: Role) {
  const effects = Object.values(permissions);
  const denied = effects.filter((effect) => effect === "denied").length;
  return `${effects.length - denied} allowed, ${denied} denied`;
}

function Nothing({ search, account }: { search: string; account?: string }) {
  if (!search)
    return (
      <EmptyState icon={<UserRoundCog aria-hidden />} title="No roles yet">
        A role says what its holders may do.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="No role matches"
      actions={<ButtonLink href={inAccount("/roles", account)}>Clear the search</ButtonLink>}
    >
      Nothing has “<span className="wrap-anywhere text-text">{search}</span>” in its name or description.
    </EmptyState>
  );
}
