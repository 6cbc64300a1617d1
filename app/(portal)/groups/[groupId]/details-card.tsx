import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Card } from "#components/ui/card.tsx";
import { updateGroup } from "../actions.ts";
import { GroupFields } from "../group-fields.tsx";
import type { GroupPageQuery } from "./query.ts";

/** What the group is called, and who belongs in it. */
export function DetailsCard({ group, accountId }: GroupPageQuery) {
  return (
    <Card id="details" title="Name and description">
      <Form action={updateGroup} success="Saved." keep>
        <input type="hidden" name="groupId" value={group.id} />
        <input type="hidden" name="version" value={group.version} />
        <GroupFields accountId={accountId} name={group.name} description={group.description} />
        <div>
          <SubmitButton tone="secondary" busy="Saving…">
            Save
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
