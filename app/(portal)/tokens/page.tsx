import { Plus } from "lucide-react";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { env } from "#lib/env.ts";
import { readList } from "#lib/http/next/page.ts";
import { listTokens } from "#lib/tokens/list.ts";
import { portalPage } from "../portal-page.tsx";
import { isFiltered, listPath, queryOf, readFilter } from "./filter.ts";
import { NoTokens } from "./no-tokens.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { TokenList } from "./token-list.tsx";

export const metadata = { title: "API tokens" };

type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default portalPage(TokensPage);

async function TokensPage({ searchParams }: PageProps) {
  const params = await searchParams;
  const filter = readFilter({ get: (name) => [params[name]].flat()[0] ?? null });
  const query = queryOf(filter);
  const asked = Object.fromEntries(new URLSearchParams(query));
  const page = await readList(listTokens, asked, listPath({ ...filter, cursor: "" }));
  const isEmpty = page.items.length === 0;
  const isFresh = isEmpty && filter.state === "active" && !isFiltered(filter);
  return (
    <>
      <PageHeader
        title="API tokens"
        description="Tokens let scripts and programs act for you, within the scopes you choose."
        actions={
          <>
            <Confirmed />
            {!isFresh && <NewToken />}
          </>
        }
      />
      <TokenList
        first={{ query, page, at: Date.now() }}
        selectionBar={<SelectionBar />}
        nothing={isEmpty ? <NoTokens filter={filter} appUrl={env().APP_URL} /> : null}
      />
    </>
  );
}

function NewToken() {
  return (
    <ButtonLink href="/tokens/new" tone="primary" data-shortcut="n">
      <Plus aria-hidden /> New token
    </ButtonLink>
  );
}
