import { notFound, redirect } from "next/navigation";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { listScopes } from "#lib/access/scopes/catalogue.ts";
import { read } from "#lib/http/next/page.ts";
import { getToken } from "#lib/tokens/get.ts";
import { portalPage } from "../../../portal-page.tsx";
import { ScopesForm } from "./scopes-form.tsx";

export const metadata = { title: "Scopes of an API token" };

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export default portalPage(TokenScopesPage);

async function TokenScopesPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if (!uuid.test(id)) notFound();
  const [token, { items }] = await Promise.all([read(getToken, { id }), read(listScopes)]);
  if (!token.live) redirect(`/tokens/${id}`);
  // What it has may stay, even if it brings nothing at present.
  const offers = items.map((offer) => ({ ...offer, available: offer.available || token.scopes.includes(offer.name) }));
  const gone = token.scopes.filter((name) => !items.some((offer) => offer.name === name));
  return (
    <div className="max-w-3xl">
      <PageHeader
        back={{ href: `/tokens/${id}`, label: token.name }}
        title={`Scopes of ${token.name}`}
        description="Fewer hold from its next request on. More are a new grant: you confirm that it is you, and a mail tells you of it."
        actions={<Confirmed />}
      />
      {gone.length > 0 && (
        <div className="mb-6">
          <Alert tone="warn" title={`This portal no longer has ${gone.join(", ")}`}>
            It carries nothing, and is left out when you save.
          </Alert>
        </div>
      )}
      <ScopesForm id={id} scopes={token.scopes} offers={offers} />
    </div>
  );
}
