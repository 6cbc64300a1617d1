import { notFound } from "next/navigation";
import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { groupOptions, optionSearch } from "#components/lists/combobox/account-options.ts";
import { FallbackForm } from "#components/lists/combobox/fallback-form.tsx";
import { noOptions } from "#components/lists/combobox/options.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { isId } from "#lib/http/next/is-id.ts";
import { type PageQuery, read, signedIn } from "#lib/http/next/page.ts";
import { getIntegration } from "#lib/vault/integrations/get.ts";
import type { Integration } from "#lib/vault/integrations/integration.ts";
import { systemFacts } from "#lib/vault/service-credentials/systems.ts";
import { portalPage } from "../../portal-page.tsx";
import { deleteIntegration, updateIntegration } from "../actions.ts";
import { AutomaticFields, SystemFields } from "../fields.tsx";
import { adapterLabels, usageLabel } from "../labels.ts";
import { FactsCard } from "./facts-card.tsx";
import { HostKeyCard } from "./host-key-card.tsx";
import { SigningSecret } from "./signing-secret.tsx";
import { TroublesCard } from "./troubles-card.tsx";

export const metadata = { title: "Integration" };

type PageProps = { params: Promise<{ integrationId: string }>; searchParams: PageQuery };

export default portalPage(IntegrationPage);

async function IntegrationPage({ params, searchParams }: PageProps) {
  const [{ integrationId }, query] = [await params, await searchParams];
  if (!isId(integrationId)) notFound();
  const accountId = actingIn(query);
  const integration = await read(getIntegration, { integrationId, accountId });
  const { name, kind, mode, adapter, usage } = integration;
  const [actor, of] = [await signedIn(), { integration, accountId }];
  const mayChange = canInAccount(actor, "update:integration", accountId);
  const isOwnAccount = integration.accountId === actor.accountId;
  return (
    <div className="grid max-w-3xl gap-6">
      <PageHeader
        back={{ href: inAccount("/integrations", accountId), label: "Integrations" }}
        title={name}
        badge={mode === "automatic" && <Badge tone="info">Automatic</Badge>}
        description={`${systemFacts[kind].label}${adapter ? `, secrets made by: ${adapterLabels[adapter]}` : ""}`}
        actions={<Confirmed />}
      />
      {query.made !== undefined && (
        <Alert tone="good" live>
          The system is added.{" "}
          {adapter ? "Secrets are being made for its people." : "People can keep secrets for it now."}
        </Alert>
      )}
      {integration.isPaused && <PausedAlert {...of} mayResume={mayChange && isOwnAccount} />}
      <Card id="kept" title="Kept for it">
        <p>{usageLabel(usage)}</p>
      </Card>
      {integration.troubles.length > 0 && <TroublesCard {...of} mayChange={mayChange} />}
      {kind === "git-ssh" && <HostKeyCard {...of} mayChange={mayChange} />}
      {mayChange ? <ChangeCard {...of} find={optionSearch(query, "groups")} /> : <FactsCard {...of} />}
      {mayChange && adapter === "hook" && (isOwnAccount || !integration.isPaused) && <SigningSecret {...of} />}
      {canInAccount(actor, "delete:integration", accountId) && <DeleteCard {...of} />}
    </div>
  );
}

type CardProps = { integration: Integration; accountId?: string };

/** Why nobody gets anything from it, and how that is ended. */
function PausedAlert({ integration: { adapterUrl }, mayResume }: CardProps & { mayResume: boolean }) {
  return (
    <Alert tone="warn" title="Its hook is paused">
      It was set up from an account that may do nothing here any more: nobody’s name or address is sent to{" "}
      <span className="wrap-anywhere">{adapterUrl}</span>, and no secret is made or replaced. What was made is still
      withdrawn there.{" "}
      {mayResume ? (
        <span>
          Look whether the address is yours,{" "}
          <a href="#change" className="underline">
            change it
          </a>{" "}
          if not, and{" "}
          <a href="#signing" className="underline">
            make a new signing secret
          </a>
          : with that it goes on.
        </span>
      ) : (
        <span>
          It goes on once an administrator of this account itself has looked at the address and made a new signing
          secret.
        </span>
      )}
    </Alert>
  );
}

async function ChangeCard({ integration, accountId, find }: CardProps & { find: string }) {
  const { adapter } = integration;
  const groups = adapter ? await groupOptions(await signedIn(), accountId, find) : noOptions;
  return (
    <Card id="change" title="Change it">
      <FallbackForm action={`/integrations/${integration.id}`} account={accountId} />
      <Form action={updateIntegration} success="Saved.">
        <input type="hidden" name="integrationId" value={integration.id} />
        <input type="hidden" name="version" value={integration.version} />
        <SystemFields kind={integration.kind} accountId={accountId} integration={integration} />
        {adapter && (
          <AutomaticFields adapter={adapter} integration={integration} groups={groups} accountId={accountId} />
        )}
        <div>
          <SubmitButton tone="secondary" busy="Saving…">
            Save
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

function DeleteCard({ integration: { id, name, mode, usage }, accountId }: CardProps) {
  return (
    <Card
      id="delete"
      title="Remove this integration"
      description="Everything that people keep for it is forgotten, at once and for good."
    >
      <ConfirmButton
        id="delete-integration"
        label="Remove integration…"
        title={`Remove ${name}?`}
        action={deleteIntegration}
        fields={{ integrationId: id, ...(accountId && { accountId }) }}
        verb="Remove integration"
        busy="Removing…"
        typed={usage.count ? name : undefined}
      >
        <span>{usage.count ? `Gone are ${usageLabel(usage)}.` : "Nobody keeps anything for it."}</span>
        {usage.count > 0 && mode === "automatic" && <span> What was made there is withdrawn.</span>}
      </ConfirmButton>
    </Card>
  );
}
