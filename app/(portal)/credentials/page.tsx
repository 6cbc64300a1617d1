import { KeyRound, Plus, SearchX } from "lucide-react";
import Link from "next/link";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { listAddress } from "#components/lists/list-address.ts";
import { Pager } from "#components/lists/pager.tsx";
import { SearchForm } from "#components/lists/search-form.tsx";
import { SystemIcon } from "#components/lists/system-icon.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Time } from "#components/ui/time.tsx";
import { plainWord } from "#lib/http/next/asked.ts";
import { type PageQuery, readList } from "#lib/http/next/page.ts";
import { listCredentials } from "#lib/vault/service-credentials/list.ts";
import type { ServiceCredential } from "#lib/vault/service-credentials/service-credential.ts";
import { systemFacts } from "#lib/vault/service-credentials/systems.ts";
import { portalPage } from "../portal-page.tsx";
import { CredentialStatus, kindLabels, resultLabels } from "./credential-status.tsx";

export const metadata = { title: "Service credentials" };

export default portalPage(CredentialsPage);

async function CredentialsPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const search = plainWord(query.search).slice(0, 100);
  const cursor = [query.cursor].flat()[0];
  const { items, nextCursor } = await readList(
    listCredentials,
    { search: search || undefined, cursor },
    pathOf(search),
  );
  const isFresh = items.length === 0 && !search;
  return (
    <>
      <PageHeader
        title="Service credentials"
        description="Secrets that you keep for other systems: git servers, registries, databases. They are sealed, and shown only when you ask."
        actions={
          <>
            <Confirmed />
            {!isFresh && (
              <ButtonLink href="/credentials/new" tone="primary" data-shortcut="n">
                <Plus aria-hidden /> New credential
              </ButtonLink>
            )}
          </>
        }
      />
      {query.deleted !== undefined && (
        <div className="mb-5">
          <Alert tone="good" live>
            The credential is deleted here. The other system was not told.
          </Alert>
        </div>
      )}
      {!isFresh && <SearchForm action="/credentials" label="Name, user name or system" search={search} />}
      {items.length > 0 ? (
        <ul className="mt-5 grid list-none gap-4 lg:grid-cols-2">
          {items.map((item) => (
            <CredentialCard key={item.id} item={item} />
          ))}
        </ul>
      ) : (
        <div className="card mt-5">{isFresh ? <NoneYet /> : <NoMatch />}</div>
      )}
      <Pager cursor={cursor} next={nextCursor} pathOf={(cursor) => pathOf(search, cursor)} />
    </>
  );
}

const pathOf = (search: string, cursor?: string) => listAddress("/credentials", { search, cursor });

function CredentialCard({ item }: { item: ServiceCredential }) {
  const { id, name, kind, username, integration, expiresAt, testResult, testedAt, usedBy } = item;
  const [latest] = usedBy;
  return (
    <li className="card flex gap-4 p-5">
      <SystemIcon {...integration} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-start justify-between gap-2">
          <h2 className="min-w-0 font-semibold wrap-anywhere">
            <Link href={`/credentials/${id}`} prefetch={false} className="text-text no-underline hover:underline">
              {name}
            </Link>
          </h2>
          <CredentialStatus {...item} />
        </div>
        <p className="mt-0.5 text-muted wrap-anywhere">
          {integration.name} · {systemFacts[integration.kind].label}
        </p>
        <p className="hint mt-2 wrap-anywhere">
          <span>{kindLabels[kind]}</span>
          {username && (
            <span>
              {" of "}
              <span className="font-mono">{username}</span>
            </span>
          )}
          {expiresAt && (
            <span>
              {", ends "}
              <Time iso={expiresAt} as="relative" />
            </span>
          )}
        </p>
        <p className="hint wrap-anywhere">
          {testResult && testedAt && (
            <span>
              {resultLabels[testResult]}, tried <Time iso={testedAt} as="relative" />
              {" · "}
            </span>
          )}
          {latest ? (
            <span>
              last read by {latest.name}, <Time iso={latest.lastAt} as="relative" />
            </span>
          ) : (
            <span>never read</span>
          )}
        </p>
      </div>
    </li>
  );
}

function NoneYet() {
  return (
    <EmptyState
      icon={<KeyRound aria-hidden />}
      title="No service credentials yet"
      actions={
        <ButtonLink href="/credentials/new" tone="primary">
          Keep a secret
        </ButtonLink>
      }
    >
      Keep the password, token or SSH key of another system here, and let programs read it where that is allowed.
    </EmptyState>
  );
}

function NoMatch() {
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="No credential matches"
      actions={<ButtonLink href="/credentials">Show all credentials</ButtonLink>}
    >
      None is as you asked for.
    </EmptyState>
  );
}
