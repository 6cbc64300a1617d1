import { notFound, redirect } from "next/navigation";
import { PageHeader } from "#components/layout/page-header.tsx";
import { listAddress } from "#components/lists/list-address.ts";
import { Pager } from "#components/lists/pager.tsx";
import { Card } from "#components/ui/card.tsx";
import { getAccount } from "#lib/accounts/get.ts";
import { listRelations } from "#lib/accounts/relations/list.ts";
import { listProposals } from "#lib/accounts/relations/list-proposals.ts";
import { readTopology, type Topology } from "#lib/accounts/topology.ts";
import { may } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { type PageQuery, read, signedIn } from "#lib/http/next/page.ts";
import { portalPage } from "../../../portal-page.tsx";
import { Proposals } from "./proposals.tsx";
import { Propose } from "./propose.tsx";
import { RelationshipList } from "./relationship-list.tsx";
import { type Branch, Tree } from "./tree.tsx";

export const metadata = { title: "Relationships" };

const accountNumber = /^[1-9][0-9]{7}$/;

type PageProps = { params: Promise<{ accountId: string }>; searchParams: PageQuery };

export default portalPage(RelationshipsPage);

async function RelationshipsPage({ params, searchParams }: PageProps) {
  const { accountId } = await params;
  if (!accountNumber.test(accountId)) notFound();
  const { cursor: given } = await searchParams;
  const cursor = typeof given === "string" ? given : undefined;
  const [actor, account] = [await signedIn(), await read(getAccount, { accountId })];
  const isHome = account.rights === null;
  const mayChange = isHome && may(actor, "update:account");
  const page = `/accounts/${accountId}/relationships`;
  const [{ topology }, { items, nextCursor }] = await Promise.all([
    read(readTopology, { accountId }),
    readAgreed(page, accountId, cursor),
  ]);
  const waiting = isHome ? (await read(listProposals, { accountId })).items : [];
  return (
    <div className="max-w-3xl">
      <PageHeader
        back={{ href: `/accounts/${accountId}`, label: account.name }}
        title="Relationships"
        description={
          isHome
            ? "Which accounts this one manages or pays for, and which do so for it. Both sides agree; either ends it, at once."
            : `Only people of ${account.name} itself speak for it: you see what concerns you, and change it from your own account.`
        }
      />
      <div className="grid gap-6">
        {isHome && (
          <Card id="waiting" title="Waiting for an answer" flush>
            <Proposals items={waiting} accountId={accountId} mayChange={mayChange} />
          </Card>
        )}
        <div>
          <Card id="agreed" title="Agreed" flush>
            <RelationshipList items={items} accountId={accountId} mayChange={mayChange} />
          </Card>
          <Pager cursor={cursor} next={nextCursor} pathOf={(cursor) => listAddress(page, { cursor })} />
        </div>
        <Card
          id="tree"
          title="Accounts below"
          description="As far as they are open to you. Rights do not pass on: each account is managed by those that it agreed with itself."
        >
          <Tree root={branchOf(topology)} />
        </Card>
        {mayChange && (
          <Card
            id="propose"
            title="Propose a relationship"
            description="The other side has 30 days to agree. You are not told whether there is such an account."
          >
            <Propose accountId={accountId} />
          </Card>
        )}
      </div>
    </div>
  );
}

// A cursor that came from elsewhere, or from yesterday, leads to the first page.
async function readAgreed(page: string, accountId: string, cursor: string | undefined) {
  try {
    return await read(listRelations, { accountId, cursor });
  } catch (refusal) {
    if (cursor && refusal instanceof Refusal && refusal.code === "invalid_fields") redirect(page);
    throw refusal;
  }
}

const branchOf = ({ id, name, active, mfaRequired, managed = [] }: Topology): Branch => ({
  id,
  name,
  active,
  mfaRequired,
  managed: managed.map(branchOf),
});
