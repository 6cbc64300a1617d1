"use client";

import { Activity, Ban, Copy, Gauge, Info, ListChecks, Pencil, RefreshCw, TimerOff } from "lucide-react";
import { type MouseEvent, useState } from "react";
import { flushSync } from "react-dom";
import { Menu } from "#components/ui/menu.tsx";
import { MenuLink } from "#components/ui/menu-item.tsx";
import type { Token } from "#lib/tokens/token.ts";

/**
 * What can be done with a token. Its dialogs are fetched when the menu is opened; without scripts, and before they run,
 * the details page has them.
 */
export function TokenMenu({ token, onChanged }: { token: Token; onChanged?: () => void }) {
  const [dialogs, setDialogs] = useState<typeof import("./token-dialogs.tsx")>();
  const fetchDialogs = () => import("./token-dialogs.tsx");
  const page = `/tokens/${token.id}`;
  const rename = `rename-${token.id}`;
  const former = `former-${token.id}`;
  const revoke = `revoke-${token.id}`;

  /** Opens a dialog in place of the page that the entry leads to, as soon as it is here. */
  async function show(event: MouseEvent<HTMLAnchorElement>, dialog: string) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { href } = event.currentTarget;
    // After an update the dialogs of this page are gone; the page that the entry leads to has them.
    const fetched = await fetchDialogs().catch(() => location.assign(href));
    if (!fetched) return;
    flushSync(() => setDialogs(fetched));
    const shown = document.getElementById(dialog);
    if (shown instanceof HTMLDialogElement) shown.showModal();
  }

  return (
    <>
      <Menu label={`Actions for ${token.name}`} onOpen={() => fetchDialogs().catch(() => {})}>
        <MenuLink href={page} icon={<Info aria-hidden />}>
          Details
        </MenuLink>
        <MenuLink href={`${page}#usage`} icon={<Activity aria-hidden />}>
          Usage
        </MenuLink>
        {token.live && (
          <MenuLink icon={<Pencil aria-hidden />} href={`${page}#rename`} onClick={(event) => show(event, rename)}>
            Rename…
          </MenuLink>
        )}
        {token.live && (
          <MenuLink href={`${page}#rotate`} icon={<RefreshCw aria-hidden />}>
            Rotate…
          </MenuLink>
        )}
        {token.live && (
          <MenuLink href={`${page}/scopes`} icon={<ListChecks aria-hidden />}>
            Edit scopes
          </MenuLink>
        )}
        {token.live && (
          <MenuLink href={`${page}#limits`} icon={<Gauge aria-hidden />}>
            Addresses and rate
          </MenuLink>
        )}
        <MenuLink href={`/tokens/new?like=${token.id}`} icon={<Copy aria-hidden />}>
          Duplicate
        </MenuLink>
        {token.live && token.replaced.length > 0 && (
          <MenuLink
            icon={<TimerOff aria-hidden />}
            href={`${page}#former`}
            onClick={(event) => show(event, former)}
            danger
          >
            {token.replaced.length === 1 ? "End old secret…" : "End old secrets…"}
          </MenuLink>
        )}
        {token.live && (
          <MenuLink icon={<Ban aria-hidden />} href={`${page}#revoke`} onClick={(event) => show(event, revoke)} danger>
            Revoke…
          </MenuLink>
        )}
      </Menu>
      {dialogs && token.live && (
        <div className="text-left">
          <dialogs.RenameDialog id={rename} token={token} onDone={onChanged} />
          {token.replaced.length > 0 && <dialogs.EndFormerDialog id={former} token={token} onDone={onChanged} />}
          <dialogs.RevokeDialog id={revoke} token={token} onDone={onChanged} />
        </div>
      )}
    </>
  );
}
