import { Copy, Scale } from "lucide-react";
import { notFound } from "next/navigation";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { listPermissions } from "#lib/access/permissions.ts";
import { getRole } from "#lib/access/roles/get.ts";
import type { Role } from "#lib/access/roles/list.ts";
import { previewRole } from "#lib/access/roles/preview.ts";
import { isId } from "#lib/http/next/is-id.ts";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { readUnlessSpent } from "#lib/http/next/unless-spent.ts";
import { portalPage } from "../../portal-page.tsx";
import { DeleteRole } from "./delete-role.tsx";
import { EditRole } from "./edit-role.tsx";
import { Entries } from "./entries-card.tsx";
import { Holders } from "./holders-card.tsx";

export const metadata = { title: "Role" };

type PageProps = { params: Promise<{ roleId: string }>; searchParams: PageQuery };

export default portalPage(RolePage);

async function RolePage({ params, searchParams }: PageProps) {
  const [{ roleId }, query] = [await params, await searchParams];
  if (!isId(roleId)) notFound();
  const accountId = actingIn(query);
  const [role, { items: known }, end] = await Promise.all([
    read(getRole, { roleId, accountId }),
    read(listPermissions),
    readUnlessSpent(previewRole, { roleId, accountId }),
  ]);
  const mayChange = !role.global && !role.heldByYou;
  return (
    <div className="grid max-w-4xl gap-6">
      <PageHeader
        back={{ href: inAccount("/roles", accountId), label: "Roles" }}
        title={role.name}
        badge={<Badge>{role.global ? "Global" : "Own"}</Badge>}
        description={role.description}
        actions={
          <>
            <Confirmed />
            <ButtonLink href={inAccount(`/roles/new?like=${role.id}`, accountId)}>
              <Copy aria-hidden /> Duplicate
            </ButtonLink>
            <ButtonLink href={inAccount("/permissions", accountId)}>
              <Scale aria-hidden /> Explain
            </ButtonLink>
          </>
        }
      />
      {query.made !== undefined && (
        <Alert tone="good" live>
          The role is made. Grant it to people on their pages, or give it to a group.
        </Alert>
      )}
      {!mayChange && <WhyNot role={role} />}
      {mayChange ? <EditRole role={role} known={known} accountId={accountId} /> : <Entries role={role} />}
      <Holders role={role} end={end} accountId={accountId} />
      {mayChange && <DeleteRole role={role} end={end} accountId={accountId} />}
    </div>
  );
}

function WhyNot({ role: { global } }: { role: Role }) {
  if (global)
    return (
      <Alert>
        This role is the same in every account, so it cannot be changed here. Duplicate it to have one of your own.
      </Alert>
    );
  return (
    <Alert>You hold this role yourself, so somebody else has to change it: nobody changes their own rights.</Alert>
  );
}
