"use client";

import { Building2, Check, ChevronsUpDown } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";

/** An account by its number and name. */
export type NamedAccount = { id: string; name: string };

type SwitcherProps = {
  own: NamedAccount;
  /** The accounts that the own one manages, as far as they are offered here. */
  managed: NamedAccount[];
  /** There are more than are offered: the page of accounts has them all. */
  more: boolean;
  /** The administrators' pages; who stands on one of them stays on it. */
  pages: string[];
};

/**
 * The account that the administrators' pages act in: the own one, or one that it manages. Only links, so that it works
 * without scripts; without managed accounts it is the name of the own.
 */
export function AccountSwitcher({ own, managed, more, pages }: SwitcherProps) {
  const acting = useActing(pages);
  const page = useAdministrationPage(pages) ?? pages[0];
  if (managed.length === 0 || !page) return <OwnAccount name={own.name} />;
  const chosen = managed.find(({ id }) => id === acting) ?? (acting ? { id: acting, name: acting } : own);
  return (
    <div className="menu mb-3 border-b border-line pb-3">
      <button
        type="button"
        popoverTarget="accounts-menu"
        className="flex w-full items-center gap-2 rounded-control px-2 py-1.5 text-left text-[0.8125rem] hover:bg-hover"
      >
        <Building2 aria-hidden className="size-4 shrink-0 text-muted" />
        <span className="min-w-0 flex-1 truncate">
          <span className="sr-only">Account: </span>
          {chosen.name}
        </span>
        <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
      </button>
      <div id="accounts-menu" popover="auto" className="popover max-h-80 w-[14.375rem] overflow-y-auto">
        <nav aria-label="Account to act in">
          <Choice href={page} account={own} current={chosen.id === own.id} note="Your own" />
          {managed.map((account) => (
            <Choice
              key={account.id}
              href={inAccount(page, account.id)}
              account={account}
              current={chosen.id === account.id}
              note={account.id}
            />
          ))}
          {more && (
            <a href="/accounts" className="menu-item">
              All accounts…
            </a>
          )}
        </nav>
      </div>
    </div>
  );
}

/** The name of the account that is acted in, where there is no room for more. */
export function ActingName({ own, managed, pages }: Omit<SwitcherProps, "more">) {
  const acting = useActing(pages);
  return nameOf({ own, managed }, acting);
}

/** An account that is not among those offered is called by its number. */
const nameOf = ({ own, managed }: Pick<SwitcherProps, "own" | "managed">, acting: string | undefined) =>
  [own, ...managed].find(({ id }) => id === (acting ?? own.id))?.name ?? acting;

function OwnAccount({ name }: { name: string }) {
  return (
    <p className="mb-3 truncate border-b border-line px-2 pb-3.5 text-[0.8125rem] text-muted" title={name}>
      <span className="sr-only">Account: </span>
      {name}
    </p>
  );
}

type ChoiceProps = { href: string; account: NamedAccount; current: boolean; note: string };

// A link that asks for the page anew: everything on it is of another account.
function Choice({ href, account, current, note }: ChoiceProps) {
  return (
    <a href={href} aria-current={current || undefined} className="menu-item h-auto py-1.5">
      <span className="min-w-0 flex-1">
        <span className="block truncate leading-5">{account.name}</span>
        <span className="block text-xs text-muted tabular-nums">{note}</span>
      </span>
      {current && <Check aria-hidden />}
    </a>
  );
}

/** Says on every administrators' page that it is about another account than the own, and leads back. */
export function ActingBar({ own, managed, pages }: Omit<SwitcherProps, "more">) {
  const acting = useActing(pages);
  const page = useAdministrationPage(pages);
  if (!acting || !page || acting === own.id) return null;
  const name = managed.find(({ id }) => id === acting)?.name;
  return (
    <aside
      aria-label="Acting account"
      className="mb-6 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-card border px-4 py-2.5 tone-info"
    >
      <p className="min-w-0 flex-1 basis-56 leading-6 wrap-anywhere">
        <span>You act in </span>
        <strong className="font-semibold">{name ?? `account ${acting}`}</strong>
        {name && <span className="tabular-nums"> ({acting})</span>}
        <span>, which your account manages.</span>
      </p>
      <a href={page} className="text-link">
        Back to {own.name}
      </a>
    </aside>
  );
}

/** The administrators' page that is being looked at. */
function useAdministrationPage(pages: string[]) {
  const path = usePathname();
  return pages.find((page) => path === page || path.startsWith(`${page}/`));
}

/** The account in the address of an administrators' page; undefined elsewhere. */
function useActing(pages: string[]): string | undefined {
  const account = useSearchParams().get("account") ?? undefined;
  return useAdministrationPage(pages) ? actingIn({ account }) : undefined;
}
