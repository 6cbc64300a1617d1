import { forbidden } from "next/navigation";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { groupOptions, optionSearch } from "#components/lists/combobox/account-options.ts";
import { FallbackForm } from "#components/lists/combobox/fallback-form.tsx";
import { noOptions } from "#components/lists/combobox/options.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { systemKinds } from "#db/schema/vault.ts";
import { type PageQuery, signedIn } from "#lib/http/next/page.ts";
import { adapters, makesFor } from "#lib/vault/integrations/integration.ts";
import { type SystemKind, systemFacts } from "#lib/vault/service-credentials/systems.ts";
import { portalPage } from "../../portal-page.tsx";
import { adapterLabels } from "../labels.ts";
import { NewForm } from "./new-form.tsx";

export const metadata = { title: "New integration" };

export default portalPage(NewIntegrationPage);

async function NewIntegrationPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const accountId = actingIn(query);
  const actor = await signedIn();
  if (!canInAccount(actor, "create:integration", accountId)) forbidden();
  const asked = systemKinds.find((one) => one === query.kind);
  const adapter = adapters.find((one) => one === query.adapter);
  const isMade = !asked || !adapter || makesFor(adapter, asked);
  const kind = isMade ? asked : undefined;
  const groups = kind && adapter ? await groupOptions(actor, accountId, optionSearch(query, "groups")) : noOptions;
  return (
    <div className="max-w-2xl">
      <PageHeader
        back={
          kind
            ? { href: inAccount("/integrations/new", accountId), label: "Kind of system" }
            : { href: inAccount("/integrations", accountId), label: "Integrations" }
        }
        title={kind ? `New integration: ${systemFacts[kind].label}` : "New integration"}
        description={
          adapter ? `Secrets are made by: ${adapterLabels[adapter]}` : "People bring their own secrets for it."
        }
        actions={<Confirmed />}
      />
      {kind && adapter && (
        <FallbackForm
          action="/integrations/new"
          account={accountId}
          fields={[
            ["kind", kind],
            ["adapter", adapter],
          ]}
        />
      )}
      <Card>
        {kind ? (
          <NewForm kind={kind} adapter={adapter} accountId={accountId} groups={groups} />
        ) : (
          <Choices accountId={accountId} kind={asked} adapter={adapter} isMade={isMade} />
        )}
      </Card>
    </div>
  );
}

type ChoicesProps = { accountId?: string; kind?: SystemKind; adapter?: (typeof adapters)[number]; isMade: boolean };

// The kind decides what else is asked, so it is asked first, also without scripts.
function Choices({ accountId, kind: asked, adapter: chosen, isMade }: ChoicesProps) {
  return (
    <form action="/integrations/new" className="grid gap-5">
      {accountId && <input type="hidden" name="account" value={accountId} />}
      {!isMade && (
        <Alert tone="danger" live>
          Gitea, Forgejo and GitLab make access tokens, which do not open this kind of system. Choose another way.
        </Alert>
      )}
      <label className="grid gap-1.5">
        <span className="label">Kind of system</span>
        <select name="kind" className="input" defaultValue={asked}>
          {systemKinds.map((kind: SystemKind) => (
            <option key={kind} value={kind}>
              {systemFacts[kind].label}
            </option>
          ))}
        </select>
      </label>
      <label className="grid gap-1.5">
        <span className="label">Where secrets come from</span>
        <select name="adapter" className="input" defaultValue={chosen}>
          <option value="">People bring their own</option>
          {adapters.map((adapter) => (
            <option key={adapter} value={adapter}>
              Made for each: {adapterLabels[adapter]}
            </option>
          ))}
        </select>
      </label>
      <div>
        <Button type="submit" tone="primary">
          Continue
        </Button>
      </div>
    </form>
  );
}
