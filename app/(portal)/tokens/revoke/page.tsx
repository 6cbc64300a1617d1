import { redirect } from "next/navigation";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Card } from "#components/ui/card.tsx";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { getToken } from "#lib/tokens/get.ts";
import { portalPage } from "../../portal-page.tsx";
import { Consequences } from "../token-dialogs.tsx";
import { TokenName } from "../token-name.tsx";
import { RevokeForm } from "./revoke-form.tsx";

export const metadata = { title: "Revoke API tokens" };

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const maxTokens = 100;

/** Asks before several tokens are revoked, and says of each what that breaks. */
export default portalPage(RevokePage);

async function RevokePage({ searchParams }: { searchParams: PageQuery }) {
  const { id } = await searchParams;
  const ids = [...new Set([id ?? []].flat())].filter((one) => uuid.test(one)).slice(0, maxTokens);
  const tokens = (await Promise.all(ids.map((id) => read(getToken, { id })))).filter(({ live }) => live);
  if (tokens.length === 0) redirect("/tokens");
  const them = tokens.length === 1 ? "1 token" : `${tokens.length} tokens`;
  return (
    <div className="max-w-3xl">
      <PageHeader
        back={{ href: "/tokens", label: "API tokens" }}
        title={`Revoke ${them}?`}
        description="Whatever still uses one of them is refused from that moment on. A revoked token cannot be brought back."
      />
      <Card flush>
        <ul className="list-none divide-y divide-line">
          {tokens.map((token) => (
            <li key={token.id} className="grid gap-1.5 px-5 py-4 sm:px-6">
              <TokenName token={token} />
              <p className="text-muted">
                <Consequences token={token} short />
              </p>
            </li>
          ))}
        </ul>
      </Card>
      <RevokeForm ids={tokens.map(({ id }) => id)} them={them} />
    </div>
  );
}
