import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { listScopes } from "#lib/access/scopes/catalogue.ts";
import { env } from "#lib/env.ts";
import { ownAddress, read } from "#lib/http/next/page.ts";
import { getToken } from "#lib/tokens/get.ts";
import { ownProfile } from "../../own-profile.ts";
import { portalPage } from "../../portal-page.tsx";
import { type Draft, draftOfLink, draftOfToken, type Offer } from "./draft.ts";
import type { Policy } from "./expiry.ts";
import { TokenForm } from "./token-form.tsx";

export const metadata = { title: "New API token" };

type Params = Record<string, string | string[] | undefined>;

export default portalPage(NewTokenPage);

async function NewTokenPage({ searchParams }: { searchParams: Promise<Params> }) {
  const [params, { account }, { items: offers }] = await Promise.all([searchParams, ownProfile(), read(listScopes)]);
  const draft = await draftOf(params, offers, account);
  return (
    <div className="max-w-3xl">
      <PageHeader
        back={{ href: "/tokens", label: "API tokens" }}
        title="New API token"
        description="It acts for you within the scopes you choose, and never beyond what your roles allow."
        actions={<Confirmed />}
      />
      <Filled draft={draft} />
      <TokenForm
        draft={draft}
        offers={offers}
        policy={account}
        now={Date.now()}
        appUrl={env().APP_URL}
        ownAddress={await ownAddress()}
      />
    </div>
  );
}

async function draftOf(params: Params, offers: Offer[], policy: Policy): Promise<Draft> {
  const get = (name: string) => [params[name]].flat()[0] ?? null;
  const like = get("like");
  if (like) return draftOfToken(await read(getToken, { id: like }), offers, policy);
  return draftOfLink({ get }, offers, policy);
}

/** Says that the form was not filled in by the person who looks at it. */
function Filled({ draft: { title, notes } }: { draft: Draft }) {
  if (!title) return null;
  return (
    <div className="mb-6">
      <Alert tone={notes.length ? "warn" : "info"} title={title}>
        {notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
      </Alert>
    </div>
  );
}
