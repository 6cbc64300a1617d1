import { Card } from "#components/ui/card.tsx";
import type { Role } from "#lib/access/roles/list.ts";
import type { KnownPermission } from "#lib/core/catalogue.ts";
import { PermissionGrid } from "../matrix-fields.tsx";
import { RoleFields } from "../role-fields.tsx";
import { EditForm } from "./edit-form.tsx";

type EditProps = { role: Role; known: KnownPermission[]; accountId?: string };

/** What a role is called and what it says, to be changed. */
export function EditRole({ role, known, accountId }: EditProps) {
  return (
    <Card id="edit" title="What it says" description="A change holds for everybody who has the role, at once.">
      <EditForm>
        <input type="hidden" name="roleId" value={role.id} />
        <input type="hidden" name="version" value={role.version} />
        <RoleFields accountId={accountId} name={role.name} description={role.description} />
        <PermissionGrid known={known} permissions={role.permissions} />
      </EditForm>
    </Card>
  );
}
