import { notFound } from "next/navigation";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Time } from "#components/ui/time.tsx";
import { isId } from "#lib/http/next/is-id.ts";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { getCredential } from "#lib/vault/service-credentials/get.ts";
import type { ServiceCredential } from "#lib/vault/service-credentials/service-credential.ts";
import { systemFacts } from "#lib/vault/service-credentials/systems.ts";
import { portalPage } from "../../portal-page.tsx";
import { CredentialStatus, kindLabels, resultLabels } from "../credential-status.tsx";
import { ChangeCard } from "./change-card.tsx";
import { DeleteCard } from "./delete-card.tsx";
import { SecretCard } from "./secret-card.tsx";
import { UsedBy } from "./used-by.tsx";

export const metadata = { title: "Service credential" };

type PageProps = { params: Promise<{ id: string }>; searchParams: PageQuery };

export default portalPage(CredentialPage);

async function CredentialPage({ params, searchParams }: PageProps) {
  const [{ id }, query] = [await params, await searchParams];
  if (!isId(id)) notFound();
  const credential = await read(getCredential, { id });
  const isOwn = credential.integration.mode === "manual";
  return (
    <div className="grid max-w-3xl gap-6">
      <PageHeader
        back={{ href: "/credentials", label: "Service credentials" }}
        title={credential.name}
        badge={<CredentialStatus {...credential} />}
        description={`${credential.integration.name} · ${systemFacts[credential.integration.kind].label}`}
        actions={<Confirmed />}
      />
      {query.made !== undefined && (
        <Alert tone="good" live>
          It is kept. Test the connection to see whether it is right.
        </Alert>
      )}
      {credential.trouble && (
        <Alert tone="danger" title={`It could not be ${wanted[credential.status] ?? "made anew"} yet`}>
          {credential.trouble} It is tried again.
        </Alert>
      )}
      {!isOwn && <Alert>{credential.integration.name} makes, replaces and withdraws this by itself.</Alert>}
      <FactsCard credential={credential} />
      <SecretCard credential={credential} />
      <UsedBy credential={credential} />
      {isOwn && <ChangeCard credential={credential} />}
      {isOwn && <DeleteCard credential={credential} />}
    </div>
  );
}

const wanted: Partial<Record<ServiceCredential["status"], string>> = {
  pending: "made",
  failed: "made",
  withdrawing: "withdrawn",
};

function FactsCard({ credential }: { credential: ServiceCredential }) {
  const { kind, username, publicKey, integration, expiresAt, remindDays, testedAt, testResult } = credential;
  return (
    <Card id="facts" title="What it is">
      <Facts>
        <Fact name="System">{integration.baseUrl}</Fact>
        <Fact name="Kind">{kindLabels[kind]}</Fact>
        {username && <Fact name="User name there">{username}</Fact>}
        {publicKey && (
          <Fact name="Public key">
            <code
              className="mb-2 block rounded-control border border-line bg-sunken p-3 font-mono text-xs break-all select-all"
              translate="no"
            >
              {publicKey}
            </code>
            <CopyButton text={publicKey} what={`public key of ${credential.name}`} />
          </Fact>
        )}
        <Fact name="Ends">{expiresAt ? <Time iso={expiresAt} as="both" /> : "Never"}</Fact>
        {remindDays && <Fact name="Reminder">{`${remindDays} days before its end`}</Fact>}
        <Fact name="Last try">
          {testedAt && testResult ? (
            <span>
              {resultLabels[testResult]}, <Time iso={testedAt} as="relative" />
            </span>
          ) : (
            "Not tried since it was kept"
          )}
        </Fact>
        {credential.rotatedAt && (
          <Fact name={integration.mode === "automatic" ? "Made there" : "Replaced"}>
            <Time iso={credential.rotatedAt} as="both" />
          </Fact>
        )}
        <Fact name="Kept since">
          <Time iso={credential.createdAt} as="both" />
        </Fact>
      </Facts>
    </Card>
  );
}
