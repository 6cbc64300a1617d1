"use client";

import { Activity, Ban, Copy, Gauge, Info, ListChecks, Pencil, RefreshCw, TimerOff } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Menu } from "#components/ui/menu.tsx";
import { MenuItem, MenuLink } from "#components/ui/menu-item.tsx";
import type { Token } from "#lib/tokens/list.ts";

/**
 * What can be done with a token. Its dialogs are fetched when the menu is opened; until they are here, and without
 * scripts, the details page has them.
 */
export function TokenMenu({ token, onChanged }: { token: Token; onChanged: () => void }) {
  const [dialogs, setDialogs] = useState<typeof import("./token-dialogs.tsx")>();
  const fetchDialogs = () => import("./token-dialogs.tsx").then(setDialogs);
  const page = `/tokens/${token.id}`;
  const rename = `rename-${token.id}`;
  const former = `former-${token.id}`;
  const revoke = `revoke-${token.id}`;
  return (
    <>
      <Menu label={`Actions for ${token.name}`} onOpen={fetchDialogs}>
        <MenuLink href={page} icon={<Info aria-hidden />}>
          Details
        </MenuLink>
        <MenuLink href={`${page}#usage`} icon={<Activity aria-hidden />}>
          Usage
        </MenuLink>
        {token.live && (
          <Act icon={<Pencil aria-hidden />} dialog={dialogs && rename} page={`${page}#rename`}>
            Rename…
          </Act>
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
          <Act icon={<TimerOff aria-hidden />} dialog={dialogs && former} page={`${page}#former`} danger>
            {token.replaced.length === 1 ? "End old secret…" : "End old secrets…"}
          </Act>
        )}
        {token.live && (
          <Act icon={<Ban aria-hidden />} dialog={dialogs && revoke} page={`${page}#revoke`} danger>
            Revoke…
          </Act>
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

type ActProps = { icon: ReactNode; dialog?: string; page: string; danger?: boolean; children: ReactNode };

const Act = ({ dialog, page, ...look }: ActProps) =>
  dialog ? <MenuItem {...look} opens={dialog} /> : <MenuLink {...look} href={page} />;
