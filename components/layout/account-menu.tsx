import { ChevronsUpDown, Keyboard, LogOut } from "lucide-react";
import { ThemeChoice } from "#components/layout/theme-choice.tsx";
import { Avatar } from "#components/ui/avatar.tsx";
import { opens } from "#components/ui/commands.ts";

type AccountMenuProps = {
  user: { fullName: string; username: string; email: string; pictureUrl: string | null };
  account: { name: string; id: string };
  /** Form action that ends the session. */
  signOut: (form: FormData) => Promise<void>;
};

/** Who is signed in, where, and what concerns this browser: theme, shortcuts, signing out. */
export function AccountMenu({ user, account, signOut }: AccountMenuProps) {
  const name = user.fullName || user.username;
  return (
    <div className="border-t border-line pt-3">
      <button
        type="button"
        popoverTarget="account-menu"
        className="flex w-full items-center gap-2.5 rounded-control p-1.5 text-left hover:bg-hover"
      >
        <Avatar name={name} pictureUrl={user.pictureUrl} />
        <span className="min-w-0 flex-1">
          <span className="sr-only">Your menu: </span>
          <span className="block truncate leading-5 font-medium">{name}</span>
          <span className="block truncate text-xs text-muted">{user.email}</span>
        </span>
        <ChevronsUpDown aria-hidden className="mr-1 size-4 shrink-0 text-muted" />
      </button>
      <div id="account-menu" popover="auto" className="popover account-card">
        <div className="border-b border-line px-3.5 py-3">
          <p className="truncate leading-5 font-medium">{name}</p>
          {user.username !== name && (
            <p className="truncate text-[0.8125rem] leading-5 text-muted">{handleOf(user.username)}</p>
          )}
          <p className="mt-2 text-[0.8125rem] leading-5 text-muted wrap-anywhere">
            {account.name} · <span className="tabular-nums">{account.id}</span>
          </p>
        </div>
        <div className="border-b border-line p-2">
          <ThemeChoice />
        </div>
        <div className="p-1">
          <button type="button" {...opens("shortcuts")} className="menu-item">
            <Keyboard aria-hidden /> Keyboard shortcuts
          </button>
          <form action={signOut}>
            <button type="submit" className="menu-item">
              <LogOut aria-hidden /> Sign out
            </button>
          </form>
        </div>
      </div>
    </div>
  );
}

/** An address as it is; of any other name, that it is one. */
const handleOf = (username: string) => (username.includes("@") ? username : `@${username}`);
