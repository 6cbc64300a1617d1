import { Bot, Plus, SearchX, Settings2 } from "lucide-react";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { listAddress } from "#components/lists/list-address.ts";
import { Pager } from "#components/lists/pager.tsx";
import { SearchForm } from "#components/lists/search-form.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Link } from "#components/ui/link.tsx";
import { OutgrownBadge } from "#components/ui/outgrown-badge.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { plainWord } from "#lib/http/next/asked.ts";
import { isId } from "#lib/http/next/is-id.ts";
import { type PageQuery, readList, signedIn } from "#lib/http/next/page.ts";
import { type ApiUser, listApiUsers } from "#lib/machines/api-users/list.ts";
import { portalPage } from "../portal-page.tsx";

export const metadata = { title: "API users" };

export default portalPage(ApiUsersPage);

async function ApiUsersPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const account = actingIn(query);
  const search = plainWord(query.search).slice(0, 100);
  const cursor = [query.cursor].flat()[0];
  const groupId = isId(query.group) ? query.group : undefined;
  const secretsBy = isId(query.by) ? query.by : undefined;
  const pathOf = (cursor?: string) =>
    listAddress("/api-users", { search, group: groupId, by: secretsBy, cursor }, account);
  const input = { accountId: account, search: search || undefined, groupId, secretsBy, cursor };
  const { items, nextCursor } = await readList(listApiUsers, input, pathOf());
  const mayMake = canInAccount(await signedIn(), "create:api_user", account);
  const isFiltered = Boolean(search || groupId || secretsBy);
  return (
    <>
      <PageHeader
        title="API users"
        description="Programs with a login of their own. They sign in for tokens of minutes, and may do what their groups' roles allow."
        actions={
          <>
            <ButtonLink href={inAccount("/api-users/settings", account)}>
              <Settings2 aria-hidden /> Sign-in settings
            </ButtonLink>
            {mayMake && (
              <ButtonLink href={inAccount("/api-users/new", account)} tone="primary" data-shortcut="n">
                <Plus aria-hidden /> New API user
              </ButtonLink>
            )}
          </>
        }
      />
      {query.deleted !== undefined && (
        <div className="mb-5">
          <Alert tone="good" live>
            The API user is deleted. Its secrets and tokens open nothing any more.
          </Alert>
        </div>
      )}
      <SearchForm action="/api-users" label="Login, name or e-mail address" search={search} account={account} />
      <div className="card mt-5">
        {items.length > 0 && <ApiUsers items={items} account={account} />}
        {items.length === 0 &&
          (isFiltered ? <NoMatch account={account} /> : <NoneYet account={account} may={mayMake} />)}
      </div>
      <Pager cursor={cursor} next={nextCursor} pathOf={pathOf} />
    </>
  );
}

function ApiUsers({ items, account }: { items: ApiUser[]; account?: string }) {
  return (
    <Table caption="API users" columns={["API user", "Groups", "Last signed in"]}>
      {items.map(({ id, login, name, surname, active, groups, secrets, lastSignInAt, lastSignInAddress }) => (
        <Row key={id}>
          <RowHead>
            <Link
              href={inAccount(`/api-users/${id}`, account)}
              className="font-medium text-text no-underline hover:underline wrap-anywhere"
            >
              {login}
            </Link>
            <p className="hint wrap-anywhere">
              {name} {surname}
            </p>
          </RowHead>
          <Cell label="Groups">
            <span className="flex flex-wrap gap-1.5">
              {groups.map((group) => (
                <Badge key={group.id}>{group.name}</Badge>
              ))}
              {groups.length === 0 && <Badge tone="warn">In no group</Badge>}
              {!active && <Badge tone="warn">Inactive</Badge>}
              {secrets.length > 1 && <Badge tone="info">Two secrets</Badge>}
              <OutgrownBadge since={secrets.find(({ outgrownAt }) => outgrownAt)?.outgrownAt} />
            </span>
          </Cell>
          <Cell label="Last signed in">
            {lastSignInAt ? (
              <>
                <Time iso={lastSignInAt} as="relative" />
                <span className="hint block wrap-anywhere">{lastSignInAddress}</span>
              </>
            ) : (
              <span className="text-muted">Never</span>
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function NoneYet({ account, may }: { account?: string; may: boolean }) {
  return (
    <EmptyState
      icon={<Bot aria-hidden />}
      title="No API users yet"
      actions={
        may && (
          <ButtonLink href={inAccount("/api-users/new", account)} tone="primary">
            Make an API user
          </ButtonLink>
        )
      }
    >
      Give a program a login of its own, rather than a person's token.
    </EmptyState>
  );
}

function NoMatch({ account }: { account?: string }) {
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="No API user matches"
      actions={<ButtonLink href={inAccount("/api-users", account)}>Show all API users</ButtonLink>}
    >
      No API user is as you asked for.
    </EmptyState>
  );
}
