"use client";

import { Ban, Copy, Info, Pencil } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Menu } from "#components/ui/menu.tsx";
import { MenuItem, MenuLink } from "#components/ui/menu-item.tsx";
import type { Token } from "#lib/tokens/list.ts";
import { RenameDialog, RevokeDialog } from "./token-dialogs.tsx";

/** What can be done with a token. Its dialogs are made when the menu is opened; without scripts the details page has them. */
export function TokenMenu({ token, onChanged }: { token: Token; onChanged: () => void }) {
  const [opened, setOpened] = useState(false);
  const page = `/tokens/${token.id}`;
  const rename = `rename-${token.id}`;
  const revoke = `revoke-${token.id}`;
  return (
    <>
      <Menu label={`Actions for ${token.name}`} onOpen={() => setOpened(true)}>
        <MenuLink href={page} icon={<Info aria-hidden />}>
          Details
        </MenuLink>
        {token.live && (
          <Act icon={<Pencil aria-hidden />} dialog={opened && rename} page={`${page}#rename`}>
            Rename…
          </Act>
        )}
        <MenuLink href={`/tokens/new?like=${token.id}`} icon={<Copy aria-hidden />}>
          Duplicate
        </MenuLink>
        {token.live && (
          <Act icon={<Ban aria-hidden />} dialog={opened && revoke} page={`${page}#revoke`} danger>
            Revoke…
          </Act>
        )}
      </Menu>
      {opened && token.live && (
        <div className="text-left">
          <RenameDialog id={rename} token={token} onDone={onChanged} />
          <RevokeDialog id={revoke} token={token} onDone={onChanged} />
        </div>
      )}
    </>
  );
}

type ActProps = { icon: ReactNode; dialog: string | false; page: string; danger?: boolean; children: ReactNode };

const Act = ({ dialog, page, ...look }: ActProps) =>
  dialog ? <MenuItem {...look} opens={dialog} /> : <MenuLink {...look} href={page} />;
