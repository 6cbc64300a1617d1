import { inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { read, signedIn } from "#lib/http/next/page.ts";
import { listApiUsers } from "#lib/machines/api-users/list.ts";
import type { GroupPageQuery } from "./query.ts";

const maxShown = 10;

/** The programs that hold the group's roles; they are put into groups, and out of them, on pages of their own. */
export async function ApiUsersCard({ group, accountId }: GroupPageQuery) {
  if (group.apiUsers === 0) return null;
  const { items } = await known(group.id, accountId);
  return (
    <Card id="api-users" title="API users" description="Programs that hold the group's roles as well.">
      <ul className="grid gap-2">
        {items.map(({ id, login, name, surname }) => (
          <li key={id} className="wrap-anywhere">
            <Link href={inAccount(`/api-users/${id}`, accountId)} className="text-link">
              {login}
            </Link>{" "}
            <span className="hint">
              {name} {surname}
            </span>
          </li>
        ))}
      </ul>
      {group.apiUsers > items.length && (
        <p className="mt-3 text-muted">
          <span>{`${group.apiUsers} in all.`}</span>{" "}
          {items.length > 0 && (
            <Link href={inAccount(`/api-users?group=${group.id}`, accountId)} className="text-link">
              Show them
            </Link>
          )}
        </p>
      )}
    </Card>
  );
}

/** The first of them, for who may know them. */
async function known(groupId: string, accountId: string | undefined) {
  if (!canInAccount(await signedIn(), "list:api_user", accountId)) return { items: [] };
  return read(listApiUsers, { accountId, groupId, limit: maxShown });
}
