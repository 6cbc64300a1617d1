import { ConfirmButton } from "#components/confirm-button.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Role } from "#lib/roles/list.ts";
import type { Preview } from "#lib/roles/preview.ts";
import { deleteRole } from "../actions.ts";
import { WhatIf } from "../what-if.tsx";

type DeleteProps = { role: Role; end: Preview; accountId?: string };

/** Deletes a role, once it is said what that takes from whom. */
export function DeleteRole({ role, end, accountId }: DeleteProps) {
  return (
    <Card
      id="delete"
      title="Delete this role"
      description="It is gone for good, and whoever holds it loses it at once."
    >
      <div className="grid gap-5">
        <WhatIf preview={end} />
        <div>
          <ConfirmButton
            id="delete-role"
            label="Delete role…"
            title={`Delete the role ${role.name}?`}
            action={deleteRole}
            fields={{ roleId: role.id, ...(accountId && { accountId }) }}
            verb="Delete role"
            busy="Deleting…"
            typed={end.holders > 0 ? role.name : undefined}
          >
            {end.affected > 0
              ? `${end.more ? "More than " : ""}${end.affected.toLocaleString("en")} ${end.affected === 1 ? "person" : "people"} would gain or lose something by it.`
              : "Nobody gains or loses anything by it."}
          </ConfirmButton>
        </div>
      </div>
    </Card>
  );
}
