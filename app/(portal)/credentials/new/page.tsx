import { Plug, SearchX } from "lucide-react";
import Link from "next/link";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { listAddress } from "#components/lists/list-address.ts";
import { Pager } from "#components/lists/pager.tsx";
import { SearchForm } from "#components/lists/search-form.tsx";
import { SystemIcon } from "#components/lists/system-icon.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card } from "#components/ui/card.tsx";
import { plainWord } from "#lib/http/next/asked.ts";
import { isId } from "#lib/http/next/is-id.ts";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import type { System } from "#lib/vault/service-credentials/list.ts";
import { listSystems } from "#lib/vault/service-credentials/list-systems.ts";
import { type CredentialKind, needsName, systemFacts } from "#lib/vault/service-credentials/systems.ts";
import { portalPage } from "../../portal-page.tsx";
import { createCredential } from "../actions.ts";
import { kindLabels } from "../credential-status.tsx";
import { EndFields, NameFields, SecretField } from "../fields.tsx";

export const metadata = { title: "New service credential" };

export default portalPage(NewCredentialPage);

async function NewCredentialPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const id = isId(query.system) ? query.system : undefined;
  const [system] = id ? (await read(listSystems, { id })).items : [];
  return (
    <div className="max-w-2xl">
      <PageHeader
        back={
          system
            ? { href: "/credentials/new", label: "Systems" }
            : { href: "/credentials", label: "Service credentials" }
        }
        title={system ? `New credential for ${system.name}` : "New service credential"}
        description={system ? system.baseUrl : "Choose the system it is for."}
        actions={<Confirmed />}
      />
      {system ? (
        <NewForm system={system} kind={query.kind} />
      ) : (
        <Systems search={plainWord(query.search).slice(0, 100)} cursor={[query.cursor].flat()[0]} />
      )}
    </div>
  );
}

async function Systems({ search, cursor }: { search: string; cursor?: string }) {
  const { items, nextCursor } = await read(listSystems, { search: search || undefined, cursor });
  const pathOf = (cursor?: string) => listAddress("/credentials/new", { search, cursor });
  return (
    <>
      <SearchForm action="/credentials/new" label="Name of the system" search={search} />
      <div className="card mt-5">
        {items.length > 0 ? (
          <ul className="list-none divide-y divide-line">
            {items.map((system) => (
              <li key={system.id} className="flex items-center gap-4 px-5 py-4">
                <SystemIcon {...system} />
                <div className="min-w-0">
                  <Link
                    href={`/credentials/new?system=${system.id}`}
                    prefetch={false}
                    className="font-medium wrap-anywhere"
                  >
                    {system.name}
                  </Link>
                  <p className="hint wrap-anywhere">
                    {systemFacts[system.kind].label} · {system.baseUrl}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        ) : (
          <NoSystems isFiltered={search !== ""} />
        )}
      </div>
      <Pager cursor={cursor} next={nextCursor} pathOf={pathOf} />
    </>
  );
}

function NoSystems({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <EmptyState
        icon={<SearchX aria-hidden />}
        title="No system matches"
        actions={<ButtonLink href="/credentials/new">Show all systems</ButtonLink>}
      >
        None is called so.
      </EmptyState>
    );
  return (
    <EmptyState icon={<Plug aria-hidden />} title="No systems yet">
      An administrator of your account adds them, as integrations.
    </EmptyState>
  );
}

type FormProps = { system: System; kind: string | string[] | undefined };

// Each kind of secret has a form of its own, so that the page needs no script to show the right fields.
function NewForm({ system, kind: asked }: FormProps) {
  const kind = system.takes.find((one) => one === asked) ?? system.takes[0] ?? "token";
  return (
    <Card>
      {system.takes.length > 1 && <Kinds system={system} chosen={kind} />}
      <Form action={createCredential} key={kind}>
        <input type="hidden" name="integrationId" value={system.id} />
        <input type="hidden" name="kind" value={kind} />
        <NameFields
          asksUsername={needsName(system.kind) || kind === "ssh-key"}
          needsUsername={needsName(system.kind)}
        />
        <SecretField kind={kind} isNew />
        <EndFields />
        <div>
          <SubmitButton busy="Keeping…">Keep it</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

function Kinds({ system, chosen }: { system: System; chosen: CredentialKind }) {
  return (
    <nav aria-label="What it is" className="mb-5 flex flex-wrap gap-2.5 border-b border-line pb-5">
      {system.takes.map((kind) => (
        <ButtonLink
          key={kind}
          href={`/credentials/new?system=${system.id}&kind=${kind}`}
          small
          tone={kind === chosen ? "secondary" : "quiet"}
          aria-current={kind === chosen ? "true" : undefined}
        >
          {kindLabels[kind]}
        </ButtonLink>
      ))}
    </nav>
  );
}
