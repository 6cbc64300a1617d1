import { KeyRound } from "lucide-react";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Link } from "#components/ui/link.tsx";
import { CopyLater } from "./copy-later.tsx";
import { type Filter, isFiltered } from "./filter.ts";
import { NoMatch } from "./no-match.tsx";

/** Why there is nothing to see, and what to do about it. Made by the server: most lists have no need of it. */
export function NoTokens({ filter, appUrl }: { filter: Filter; appUrl: string }) {
  if (isFiltered(filter)) return <NoMatch filter={filter} />;
  return filter.state === "inactive" ? <NothingEnded /> : <NoneYet appUrl={appUrl} />;
}

function NothingEnded() {
  return (
    <EmptyState icon={<KeyRound aria-hidden />} title="No token has ended">
      Expired and revoked tokens stay here for 90 days, with who ended them, when and why.
    </EmptyState>
  );
}

function NoneYet({ appUrl }: { appUrl: string }) {
  return (
    <>
      <EmptyState
        icon={<KeyRound aria-hidden />}
        title="You have no tokens yet"
        actions={
          <ButtonLink href="/tokens/new" tone="primary" data-shortcut="n">
            Create a token
          </ButtonLink>
        }
      >
        A token lets a script or program act for you, without your password.
      </EmptyState>
      <FirstCall call={`curl -H "Authorization: Bearer $LATCHKEY_TOKEN" ${appUrl}/api/v1/tokens/verify`} />
    </>
  );
}

function FirstCall({ call }: { call: string }) {
  return (
    <footer className="grid gap-2 rounded-b-card border-t border-line bg-sunken px-5 py-4 sm:px-6">
      <p className="text-muted">
        A first call with it; the{" "}
        <Link href="/docs" className="text-link">
          API reference
        </Link>{" "}
        has the others.
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <code className="min-w-0 font-mono text-xs leading-5 wrap-anywhere select-all" translate="no">
          {call}
        </code>
        <CopyLater text={call} what="first call" />
      </div>
    </footer>
  );
}
