import { notFound } from "next/navigation";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { optionSearch } from "#components/lists/combobox/account-options.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { plainWord } from "#lib/http/next/asked.ts";
import { isId } from "#lib/http/next/is-id.ts";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { getGroup } from "#lib/people/groups/get.ts";
import { portalPage } from "../../portal-page.tsx";
import { AddMembers } from "./add-members.tsx";
import { ApiUsersCard } from "./api-users-card.tsx";
import { DeleteGroup } from "./delete-group.tsx";
import { DetailsCard } from "./details-card.tsx";
import { MembersCard } from "./members-card.tsx";
import { RolesCard } from "./roles-card.tsx";

export const metadata = { title: "Group" };

type PageProps = { params: Promise<{ groupId: string }>; searchParams: PageQuery };

export default portalPage(GroupPage);

async function GroupPage({ params, searchParams }: PageProps) {
  const [{ groupId }, query] = [await params, await searchParams];
  if (!isId(groupId)) notFound();
  const accountId = actingIn(query);
  const word = (name: string) => plainWord(query[name]).slice(0, 100);
  const group = await read(getGroup, { groupId, accountId });
  const asked = {
    group,
    accountId,
    search: word("search"),
    add: word("add"),
    findRoles: optionSearch(query, "roles"),
    cursor: [query.cursor].flat()[0],
  };
  return (
    <div className="grid gap-6">
      <PageHeader
        back={{ href: inAccount("/groups", accountId), label: "Groups" }}
        title={group.name}
        badge={group.includesYou && <Badge tone="info">You are in it</Badge>}
        description={group.description}
        actions={<Confirmed />}
      />
      {query.made !== undefined && (
        <Alert tone="good" live>
          The group is made. Take people in, and choose what they hold through it.
        </Alert>
      )}
      {group.includesYou && (
        <Alert>You are in this group, so somebody else has to change its roles: nobody changes their own rights.</Alert>
      )}
      <RolesCard {...asked} />
      <AddMembers {...asked} />
      <MembersCard {...asked} />
      <ApiUsersCard {...asked} />
      <DetailsCard {...asked} />
      <DeleteGroup {...asked} />
    </div>
  );
}
