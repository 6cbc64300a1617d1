import { inAccount } from "#components/layout/acting-account.ts";
import { Link } from "#components/ui/link.tsx";

type ApiUsersOfAccount = { accountId: string; accountName: string; count: number };

type ApiUsersProps = { userId: string; accountId: string; made: ApiUsersOfAccount[] };

/** What nobody can do in one go: each program needs its new secret before the old one is dropped. */
export function ApiUsers({ userId, accountId, made }: ApiUsersProps) {
  if (!made.length) return null;
  return (
    <div>
      <p className="font-medium">Rotate the secrets of API users afterwards</p>
      <p className="hint">
        You made secrets of these, and whoever got in may have seen them. Give each a second one, let its program change
        over, and drop the old one.
      </p>
      <ul className="mt-1.5 grid gap-1">
        {made.map((there) => (
          <li key={there.accountId}>
            <Link
              href={inAccount(`/api-users?by=${userId}`, there.accountId === accountId ? undefined : there.accountId)}
              className="underline"
            >
              {there.count === 1 ? "1 API user" : `${there.count} API users`} of {there.accountName}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
