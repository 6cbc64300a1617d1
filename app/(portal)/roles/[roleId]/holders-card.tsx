import { inAccount } from "#components/layout/acting-account.ts";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import type { Role } from "#lib/access/roles/list.ts";
import type { Preview } from "#lib/access/roles/preview.ts";
import { uncounted } from "./uncounted.ts";

type HoldersProps = { role: Role; end?: Preview; accountId?: string };

/** How many hold a role, and where to find them. */
export function Holders({ role, end, accountId }: HoldersProps) {
  return (
    <Card id="holders" title="Who holds it">
      <p>
        {end ? countOf(end) : uncounted} Find them among the{" "}
        <Link href={inAccount(`/users?role=${role.id}`, accountId)} className="text-link">
          users
        </Link>
        , and the groups that give it among the{" "}
        <Link href={inAccount(`/groups?role=${role.id}`, accountId)} className="text-link">
          groups
        </Link>
        .
      </p>
    </Card>
  );
}

function countOf({ holders, more }: Preview) {
  if (holders === 0) return "Nobody holds it yet.";
  if (more) return `More than ${holders.toLocaleString("en")} people hold it, by themselves or through a group.`;
  const people = holders === 1 ? "1 person holds" : `${holders.toLocaleString("en")} people hold`;
  return `${people} it, by themselves or through a group.`;
}
