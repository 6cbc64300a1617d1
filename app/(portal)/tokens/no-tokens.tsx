"use client";

import { KeyRound, SearchX } from "lucide-react";
import Link from "next/link";
import { CopyButton } from "#components/copy-button.tsx";
import { EmptyState } from "#components/empty-state.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { type Filter, isNarrowed, listPath, statusWords } from "./filter.ts";

type NoTokensProps = { filter: Filter; show: (filter: Filter) => void; appUrl: string };

/** Why there is nothing to see, and what to do about it. */
export function NoTokens({ filter, show, appUrl }: NoTokensProps) {
  if (isNarrowed(filter)) return <NoMatch filter={filter} show={show} />;
  if (filter.state === "inactive") return <NothingEnded />;
  return <NoneYet appUrl={appUrl} />;
}

function NoMatch({ filter, show }: Omit<NoTokensProps, "appUrl">) {
  const wide: Filter = { ...filter, search: "", status: "", cursor: "" };
  const words: Record<string, string> = statusWords[filter.state];
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="No token matches"
      actions={
        <Link
          href={listPath(wide)}
          prefetch={false}
          onClick={(event) => {
            event.preventDefault();
            show(wide);
            document.querySelector<HTMLElement>("search input")?.focus();
          }}
          className={buttonClass({})}
        >
          Clear search and status
        </Link>
      }
    >
      You asked for{" "}
      {filter.search && (
        <>
          “<span className="wrap-anywhere text-text">{filter.search}</span>”
        </>
      )}
      {filter.search && filter.status && " with the status "}
      {filter.status && <span className="text-text">{words[filter.status]}</span>}.
    </EmptyState>
  );
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
        <Link href="/docs" prefetch={false} className="text-link">
          API reference
        </Link>{" "}
        has the others.
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <code className="min-w-0 font-mono text-xs leading-5 wrap-anywhere select-all">{call}</code>
        <CopyButton text={call} what="first call" />
      </div>
    </footer>
  );
}
