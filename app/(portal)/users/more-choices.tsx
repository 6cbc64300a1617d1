import { inAccount } from "#components/acting-account.ts";
import { Link } from "#components/link.tsx";

type MoreProps = { roles: boolean; groups: boolean; account?: string };

/** Says that the filters offer only a part of all roles or groups, and leads to where the others are searched for. */
export function MoreChoices({ roles, groups, account }: MoreProps) {
  if (!roles && !groups) return null;
  const link = (href: string, words: string) => (
    <Link href={inAccount(href, account)} className="text-link">
      {words}
    </Link>
  );
  return (
    <p className="hint mt-2">
      The filters offer the first 100 by name. To find who has another, search the {roles && link("/roles", "roles")}
      {roles && groups && " or "}
      {groups && link("/groups", "groups")}, and go to its people from there.
    </p>
  );
}
