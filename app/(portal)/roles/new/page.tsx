import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { listPermissions } from "#lib/access/permissions.ts";
import { getRole } from "#lib/access/roles/get.ts";
import { isId } from "#lib/http/next/is-id.ts";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { portalPage } from "../../portal-page.tsx";
import { createRole } from "../actions.ts";
import { FormBar } from "../form-bar.tsx";
import { PermissionGrid } from "../matrix-fields.tsx";
import { RoleFields } from "../role-fields.tsx";

export const metadata = { title: "New role" };

export default portalPage(NewRolePage);

async function NewRolePage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const accountId = actingIn(query);
  const [{ items: known }, like] = await Promise.all([read(listPermissions), readLike(query.like, accountId)]);
  return (
    <div className="max-w-4xl">
      <PageHeader
        back={{ href: inAccount("/roles", accountId), label: "Roles" }}
        title="New role"
        description={
          like
            ? `It begins with what ${like.name} says.`
            : "Nobody has it until you grant it. You can give no more than you hold yourself."
        }
        actions={<Confirmed />}
      />
      <Form action={createRole}>
        <RoleFields accountId={accountId} description={like?.description} />
        <PermissionGrid known={known} permissions={like?.permissions ?? {}} />
        <FormBar>
          <SubmitButton busy="Making…">Make role</SubmitButton>
        </FormBar>
      </Form>
    </div>
  );
}

async function readLike(like: unknown, accountId: string | undefined) {
  return isId(like) ? read(getRole, { roleId: like, accountId }) : null;
}
