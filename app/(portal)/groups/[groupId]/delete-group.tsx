import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { OutgrownQuestion } from "#components/forms/outgrown/question.tsx";
import { Card } from "#components/ui/card.tsx";
import { deleteGroup } from "../actions.ts";
import type { GroupPageQuery } from "./query.ts";

/** Deletes the group, once it is said what its members lose. */
export function DeleteGroup({ group: { id, name, roles, apiUsers, includesYou }, accountId }: GroupPageQuery) {
  if (includesYou && roles.length) return null;
  const lost = roles.map((role) => role.name).join(", ");
  return (
    <Card
      id="delete"
      title="Delete this group"
      description="Its members stay; what they hold through it they lose at once."
    >
      <ConfirmButton
        id="delete-group"
        label="Delete group…"
        title={`Delete the group ${name}?`}
        action={deleteGroup}
        fields={{ groupId: id, ...(accountId && { accountId }) }}
        verb="Delete group"
        busy="Deleting…"
        inForm={<OutgrownQuestion />}
      >
        <span>{lost ? `All its members lose: ${lost}.` : "It holds no roles, so nobody loses any."}</span>
        {apiUsers > 0 && (
          <span>{` ${programs(apiUsers)} in it, and whichever is in no other group cannot sign in any more.`}</span>
        )}
      </ConfirmButton>
    </Card>
  );
}

const programs = (count: number) => (count === 1 ? "One API user is" : `${count} API users are`);
