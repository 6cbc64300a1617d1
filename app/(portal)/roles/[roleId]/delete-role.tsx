import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { OutgrownQuestion } from "#components/forms/outgrown/question.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Role } from "#lib/access/roles/list.ts";
import type { Preview } from "#lib/access/roles/preview.ts";
import { deleteRole } from "../actions.ts";
import { WhatIf } from "../what-if.tsx";
import { uncounted } from "./uncounted.ts";

type DeleteProps = { role: Role; end?: Preview; accountId?: string };

/** Deletes a role, once it is said what that takes from whom; where that is not known, its name is typed first. */
export function DeleteRole({ role, end, accountId }: DeleteProps) {
  return (
    <Card
      id="delete"
      title="Delete this role"
      description="It is gone for good, and whoever holds it loses it at once."
    >
      <div className="grid gap-5">
        {end ? <WhatIf preview={end} /> : <p>{uncounted}</p>}
        <div>
          <ConfirmButton
            id="delete-role"
            label="Delete role…"
            title={`Delete the role ${role.name}?`}
            action={deleteRole}
            fields={{ roleId: role.id, ...(accountId && { accountId }) }}
            verb="Delete role"
            busy="Deleting…"
            inForm={<OutgrownQuestion />}
            typed={end?.holders === 0 ? undefined : role.name}
          >
            {end ? effectOf(end) : uncounted}
          </ConfirmButton>
        </div>
      </div>
    </Card>
  );
}

function effectOf({ affected, more }: Preview) {
  if (affected === 0) return "Nobody gains or loses anything by it.";
  const people = `${affected.toLocaleString("en")} ${affected === 1 ? "person" : "people"}`;
  return `${more ? "More than " : ""}${people} would gain or lose something by it.`;
}
