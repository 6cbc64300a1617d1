import { Network, Plus, SearchX } from "lucide-react";
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
import { plainWord } from "#lib/http/next/asked.ts";
import { isId } from "#lib/http/next/is-id.ts";
import { type PageQuery, readList } from "#lib/http/next/page.ts";
import { type Group, listGroups } from "#lib/people/groups/list.ts";
import { portalPage } from "../portal-page.tsx";

export const metadata = { title: "Groups" };

export default portalPage(GroupsPage);

async function GroupsPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const account = actingIn(query);
  const search = plainWord(query.search).slice(0, 100);
  const cursor = [query.cursor].flat()[0];
  const roleId = isId(query.role) ? query.role : undefined;
  const pathOf = (cursor?: string) => listAddress("/groups", { search, role: roleId, cursor }, account);
  const input = { accountId: account, search: search || undefined, roleId, cursor };
  const { items, nextCursor } = await readList(listGroups, input, pathOf());
  const isFiltered = Boolean(search || roleId);
  return (
    <>
      <PageHeader
        title="Groups"
        description="People in a group hold its roles, for as long as they are in it."
        actions={
          <>
            <Confirmed />
            <ButtonLink href={inAccount("/groups/new", account)} tone="primary" data-shortcut="n">
              <Plus aria-hidden /> New group
            </ButtonLink>
          </>
        }
      />
      {query.deleted !== undefined && (
        <div className="mb-5">
          <Alert tone="good" live>
            The group is deleted. What its members held through it they have lost.
          </Alert>
        </div>
      )}
      <SearchForm action="/groups" label="Name or description" search={search} account={account} />
      <div className="card mt-5">
        {items.length > 0 && <Groups items={items} account={account} />}
        {items.length === 0 && (isFiltered ? <NoMatch account={account} /> : <NoneYet account={account} />)}
      </div>
      <Pager cursor={cursor} next={nextCursor} pathOf={pathOf} />
    </>
  );
}

function Groups({ items, account }: { items: Group[]; account?: string }) {
  return (
    <Table caption="Groups" columns={["Group", "Roles", "Changed"]}>
      {items.map(({ id, name, description, roles, includesYou, modifiedAt }) => (
        <Row key={id}>
          <RowHead>
            <Link
              href={inAccount(`/groups/${id}`, account)}
              className="font-medium text-text no-underline hover:underline wrap-anywhere"
            >
              {name}
            </Link>
            {description && <p className="hint line-clamp-2 wrap-anywhere">{description}</p>}
          </RowHead>
          <Cell label="Roles">
            <span className="flex flex-wrap gap-1.5">
              {roles.map((role) => (
                <Badge key={role.id}>{role.name}</Badge>
              ))}
              {roles.length === 0 && <span className="text-muted">None</span>}
              {includesYou && <Badge tone="info">You are in it</Badge>}
            </span>
          </Cell>
          <Cell label="Changed">
            <Time iso={modifiedAt} as="relative" />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function NoneYet({ account }: { account?: string }) {
  return (
    <EmptyState
      icon={<Network aria-hidden />}
      title="No groups yet"
      actions={
        <ButtonLink href={inAccount("/groups/new", account)} tone="primary">
          Make a group
        </ButtonLink>
      }
    >
      Give a role to a group, and everybody in it holds it.
    </EmptyState>
  );
}

function NoMatch({ account }: { account?: string }) {
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="No group matches"
      actions={<ButtonLink href={inAccount("/groups", account)}>Show all groups</ButtonLink>}
    >
      No group is as you asked for.
    </EmptyState>
  );
}
