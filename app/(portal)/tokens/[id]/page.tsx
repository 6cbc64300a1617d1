import { Copy, Pencil } from "lucide-react";
import { notFound } from "next/navigation";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card } from "#components/ui/card.tsx";
import { listScopes } from "#lib/access/scopes/catalogue.ts";
import { listSecurityLog } from "#lib/audit/security-log/operations.ts";
import { may } from "#lib/core/actor.ts";
import { env } from "#lib/env.ts";
import { ownAddress, type PageQuery, read, signedIn } from "#lib/http/next/page.ts";
import { getToken } from "#lib/tokens/get.ts";
import { ownProfile } from "../../own-profile.ts";
import { portalPage } from "../../portal-page.tsx";
import { TokenStatusBadge } from "../token-status.tsx";
import { CopyAgain } from "./copy-again.tsx";
import { EndedNotice } from "./ended-notice.tsx";
import { History } from "./history.tsx";
import { Limits } from "./limits.tsx";
import { PreviousSecrets } from "./previous-secrets.tsx";
import { Rename } from "./rename.tsx";
import { Revoke } from "./revoke.tsx";
import { Rotate } from "./rotate.tsx";
import { ScopeList } from "./scope-list.tsx";
import { Start } from "./start.tsx";
import { TokenFacts } from "./token-facts.tsx";
import { Usage } from "./usage.tsx";

export const metadata = { title: "API token" };

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

type PageProps = { params: Promise<{ id: string }>; searchParams: PageQuery };

export default portalPage(TokenPage);

async function TokenPage({ params, searchParams }: PageProps) {
  const [{ id }, { changed }] = await Promise.all([params, searchParams]);
  if (!uuid.test(id)) notFound();
  const { APP_URL: appUrl } = env();
  const [token, log, { items: offers }, { account }] = await Promise.all([
    read(getToken, { id }),
    read(listSecurityLog, { token: id, limit: 20 }),
    read(listScopes),
    ownProfile(),
  ]);
  return (
    <div className="max-w-3xl">
      <PageHeader
        back={{ href: "/tokens", label: "API tokens" }}
        title={token.name}
        badge={<TokenStatusBadge status={token.status} />}
        description={token.description}
        actions={
          <>
            <Confirmed />
            <ButtonLink href={`/tokens/new?like=${token.id}`}>
              <Copy aria-hidden /> Duplicate
            </ButtonLink>
          </>
        }
      />
      <div className="grid gap-6">
        {!token.live && <EndedNotice token={token} />}
        {changed !== undefined && token.live && (
          <Alert tone="good" live>
            Its scopes are changed, from its next request on.
          </Alert>
        )}
        <Card>
          <TokenFacts token={token} mayExplain={may(await signedIn(), "list:role")}>
            {token.retrievable && <CopyAgain token={token} appUrl={appUrl} />}
          </TokenFacts>
        </Card>
        {token.replaced.length > 0 && <PreviousSecrets token={token} />}
        <Card
          id="scopes"
          title="Scopes"
          description={
            token.live
              ? "It may do what its scopes say, as far as your roles allow it at that moment."
              : "What it was able to do, as far as your roles allowed it."
          }
          actions={
            token.live && (
              <ButtonLink href={`/tokens/${token.id}/scopes`} small>
                <Pencil aria-hidden /> Edit scopes
              </ButtonLink>
            )
          }
          flush
        >
          <ScopeList names={token.scopes} offers={offers} />
        </Card>
        <Usage usage={token.usage} />
        <History id={id} log={log} />
        {token.live && <Rename token={token} />}
        {token.status === "not_started" && token.startsAt && <Start id={token.id} starts={token.startsAt} />}
        {token.live && (
          <Limits token={token} ownAddress={await ownAddress()} demanded={account.tokenAddressesRequired} />
        )}
        {token.live && <Rotate token={token} appUrl={appUrl} />}
        {token.live && <Revoke token={token} />}
      </div>
    </div>
  );
}
