import { inAccount } from "#components/layout/acting-account.ts";
import { Pager } from "#components/lists/pager.tsx";
import { SearchForm } from "#components/lists/search-form.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Cell, Row, RowActions, RowHead, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { readList } from "#lib/http/next/page.ts";
import { listMembers } from "#lib/people/groups/list-members.ts";
import { type GroupPageQuery, groupPath } from "./query.ts";
import { TakeOut } from "./take-out.tsx";

const perPage = 10;

/** Who is in the group: searched, a page at a time. */
export async function MembersCard(asked: GroupPageQuery) {
  const { group, accountId, search, cursor } = asked;
  const { items, nextCursor } = await readMembers(asked);
  return (
    <Card id="members" title="Members" description="They hold the group's roles for as long as they are in it." flush>
      <div className="p-5 sm:px-6">
        <SearchForm
          action={`/groups/${group.id}`}
          label="Member's name, username or e-mail address"
          search={search}
          account={accountId}
        />
      </div>
      {items.length === 0 ? (
        <p className="border-t border-line px-5 py-6 text-muted sm:px-6">
          <span>{search ? "No member matches. " : "Nobody is in this group yet. "}</span>
          {search && (
            <a href={inAccount(`/groups/${group.id}`, accountId)} className="text-link">
              Show all members
            </a>
          )}
        </p>
      ) : (
        <Table caption="Members" columns={["Person", "E-mail address", "In since", null]}>
          {items.map(({ id, fullName, username, email, active, addedAt }) => (
            <Row key={id}>
              <RowHead>
                <span className="font-medium wrap-anywhere">{fullName}</span>{" "}
                {!active && <Badge tone="warn">Inactive</Badge>}
                <span className="hint block wrap-anywhere">{username}</span>
              </RowHead>
              <Cell label="E-mail address">
                <span className="wrap-anywhere">{email}</span>
              </Cell>
              <Cell label="In since">
                <Time iso={addedAt} as="relative" />
              </Cell>
              <RowActions>
                <TakeOut group={group} accountId={accountId} user={{ id, fullName }} />
              </RowActions>
            </Row>
          ))}
        </Table>
      )}
      <div className="px-5 pb-4 sm:px-6">
        <Pager cursor={cursor} next={nextCursor} pathOf={(cursor) => groupPath(asked, cursor)} />
      </div>
    </Card>
  );
}

function readMembers(asked: GroupPageQuery) {
  const { group, accountId, search, cursor } = asked;
  const input = { groupId: group.id, accountId, search: search || undefined, cursor, limit: perPage };
  return readList(listMembers, input, groupPath(asked));
}
