import { Search } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { may } from "#lib/core/actor.ts";
import { read, signedIn } from "#lib/doors/page.ts";
import { listUsers } from "#lib/users/list.ts";
import type { Asked } from "./asked.ts";
import { MoveMember } from "./move-member.tsx";

/** Finds people of the account to take in. */
export async function AddMembers({ group, accountId, add, search }: Asked) {
  if (!accountId && !may(await signedIn(), "list:user")) return null;
  return (
    <Card id="add" title="Take people in">
      <search>
        <form action={`/groups/${group.id}#add`} className="flex flex-wrap gap-2.5">
          {accountId && <input type="hidden" name="account" value={accountId} />}
          {search && <input type="hidden" name="search" value={search} />}
          <label className="relative min-w-48 flex-1">
            <span className="sr-only">Name, username or e-mail address of who is to join</span>
            <Search aria-hidden className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-faint" />
            <input
              type="search"
              name="add"
              key={add}
              defaultValue={add}
              maxLength={100}
              placeholder="Name, username or e-mail address"
              autoComplete="off"
              className="input pl-9"
            />
          </label>
          <Button type="submit">Find people</Button>
        </form>
      </search>
      {add && <Found group={group} accountId={accountId} add={add} />}
    </Card>
  );
}

async function Found({ group, accountId, add }: Pick<Asked, "group" | "accountId" | "add">) {
  const { items, nextCursor } = await read(listUsers, { accountId, search: add, limit: 10 });
  const isIn = (groups: { id: string }[]) => groups.some(({ id }) => id === group.id);
  return (
    <div className="mt-4 grid gap-3">
      <p role="status" className="hint">
        {items.length === 0 ? "Nobody matches." : nextCursor ? "The first 10; type more to find others." : ""}
      </p>
      <ul className="grid gap-3">
        {items.map(({ id, fullName, username, email, roles }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3">
            <span className="min-w-0">
              <span className="font-medium wrap-anywhere">{fullName}</span>
              <span className="hint block wrap-anywhere">{username === email ? email : `${username} · ${email}`}</span>
            </span>
            {roles.some(({ groups }) => isIn(groups)) ? (
              <span className="text-muted">In the group</span>
            ) : (
              <MoveMember group={group} accountId={accountId} way="add" user={{ id, fullName }} />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
