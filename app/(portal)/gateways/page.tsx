import { DoorOpen, SearchX } from "lucide-react";
import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { listAddress } from "#components/lists/list-address.ts";
import { Pager } from "#components/lists/pager.tsx";
import { SearchForm } from "#components/lists/search-form.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import { env } from "#lib/env.ts";
import { plainWord } from "#lib/http/next/asked.ts";
import { type PageQuery, readList, signedIn } from "#lib/http/next/page.ts";
import { type Gateway, listGateways } from "#lib/tokens/gateways.ts";
import { portalPage } from "../portal-page.tsx";
import { deleteGateway } from "./actions.ts";
import { NewGateway } from "./new-gateway.tsx";

export const metadata = { title: "Gateways" };

export default portalPage(GatewaysPage);

async function GatewaysPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const account = actingIn(query);
  const search = plainWord(query.search).slice(0, 100);
  const cursor = [query.cursor].flat()[0];
  const pathOf = (cursor?: string) => listAddress("/gateways", { search, cursor }, account);
  const { items, nextCursor } = await readList(
    listGateways,
    { accountId: account, search: search || undefined, cursor },
    pathOf(),
  );
  const actor = await signedIn();
  const mayMake = canInAccount(actor, "create:gateway", account);
  const mayDelete = canInAccount(actor, "delete:gateway", account);
  const isInUse = items.length > 0 || search || cursor;
  return (
    <div className="max-w-3xl">
      <PageHeader
        title="Gateways"
        description="A gateway in front of your programs asks the portal whether a token that somebody brings is live, whose it is and what it may do. It is told of this account's tokens alone."
        actions={<Confirmed />}
      />
      <div className="grid grid-cols-1 gap-5">
        {mayMake && <NewGateway account={account} appUrl={env().APP_URL} />}
        {isInUse && <SearchForm action="/gateways" label="Name" search={search} account={account} />}
        <Card flush>
          {items.length > 0 && (
            <ul className="list-none divide-y divide-line" aria-label="Gateways">
              {items.map((item) => (
                <GatewayRow key={item.id} item={item} mayDelete={mayDelete} account={account} />
              ))}
            </ul>
          )}
          {items.length === 0 && (isInUse ? <NoMatch account={account} /> : <NoneYet />)}
        </Card>
        <HowToAsk appUrl={env().APP_URL} />
      </div>
      <Pager cursor={cursor} next={nextCursor} pathOf={pathOf} />
    </div>
  );
}

type RowProps = { item: Gateway; mayDelete: boolean; account?: string };

function GatewayRow({ item, mayDelete, account }: RowProps) {
  const { id, name, preview, createdAt, lastUsedAt } = item;
  return (
    <li className="flex flex-wrap items-preview justify-between gap-x-6 gap-y-3 px-5 py-4 sm:px-6">
      <div className="min-w-0">
        <p className="font-medium wrap-anywhere">{name}</p>
        <p className="font-mono text-xs text-muted wrap-anywhere">
          {id} · {preview}
        </p>
        <p className="hint">
          made <Time iso={createdAt} as="relative" />; <LastAsked iso={lastUsedAt} />
        </p>
      </div>
      {mayDelete && (
        <ConfirmButton
          id={`delete-${id}`}
          small
          label="Delete…"
          describes={name}
          title={`Delete the gateway ${name}?`}
          action={deleteGateway}
          fields={{ gatewayId: id, ...(account && { accountId: account }) }}
          verb="Delete gateway"
          busy="Deleting…"
          success="The gateway is deleted"
        >
          It is told nothing any more, so that it lets nobody in whose token it has to ask about:{" "}
          <LastAsked iso={lastUsedAt} />.
        </ConfirmButton>
      )}
    </li>
  );
}

function LastAsked({ iso }: { iso: string | null }) {
  if (!iso) return <span>it never asked</span>;
  return (
    <span>
      last asked <Time iso={iso} as="relative" />
    </span>
  );
}

function HowToAsk({ appUrl }: { appUrl: string }) {
  return (
    <Card title="How a gateway asks" description="By token introspection, as RFC 7662 has it.">
      <code className="block rounded-md border border-line bg-sunken p-3 font-mono text-xs whitespace-pre-wrap wrap-anywhere">
        {`curl -u "$LATCHKEY_GATEWAY" -d "token=$TOKEN" -d "client_address=$ADDRESS" ${appUrl}/oauth2/introspect`}
      </code>
    </Card>
  );
}

function NoneYet() {
  return (
    <EmptyState icon={<DoorOpen aria-hidden />} title="No gateways yet">
      Programs that check tokens at the portal themselves need none.
    </EmptyState>
  );
}

function NoMatch({ account }: { account?: string }) {
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="No gateway matches"
      actions={<ButtonLink href={inAccount("/gateways", account)}>Show all gateways</ButtonLink>}
    >
      No gateway is called so.
    </EmptyState>
  );
}
