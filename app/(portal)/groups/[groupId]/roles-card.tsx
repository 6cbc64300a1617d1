import { Form, SubmitButton } from "#components/form.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox, Fieldset } from "#components/ui/choice.tsx";
import { may } from "#lib/core/actor.ts";
import { read, signedIn } from "#lib/doors/page.ts";
import { listRoles } from "#lib/roles/list.ts";
import { setGroupRoles } from "../actions.ts";
import type { Asked } from "./asked.ts";

/** What the members hold through the group, to be chosen anew. */
export async function RolesCard({ group, accountId }: Asked) {
  const mayList = accountId !== undefined || may(await signedIn(), "list:role");
  return (
    <Card id="roles" title="Roles" description="A change holds for all members at once.">
      {group.yours || !mayList ? <Held group={group} /> : <Chosen group={group} accountId={accountId} />}
    </Card>
  );
}

function Held({ group: { roles } }: Pick<Asked, "group">) {
  if (!roles.length) return <p className="text-muted">It holds no roles.</p>;
  return (
    <span className="flex flex-wrap gap-1.5">
      {roles.map(({ id, name }) => (
        <Badge key={id}>{name}</Badge>
      ))}
    </span>
  );
}

async function Chosen({ group, accountId }: Pick<Asked, "group" | "accountId">) {
  const { items } = await read(listRoles, { accountId, limit: 100 });
  const held = new Set(group.roles.map(({ id }) => id));
  const further = group.roles.filter(({ id }) => !items.some((role) => role.id === id));
  const offered = [...further.map((role) => ({ ...role, description: "" })), ...items];
  return (
    <Form action={setGroupRoles} success="The roles are saved." keep>
      <input type="hidden" name="groupId" value={group.id} />
      <input type="hidden" name="version" value={group.version} />
      {accountId && <input type="hidden" name="accountId" value={accountId} />}
      <Fieldset name="roleIds" legend="Its members hold">
        <div className="grid gap-x-8 gap-y-3 sm:grid-cols-2">
          {offered.map(({ id, name, description, global }) => (
            <Checkbox
              key={`${id} ${held.has(id)}`}
              name="roleIds"
              value={id}
              label={name}
              description={description || (global ? "Global role" : undefined)}
              defaultChecked={held.has(id)}
            />
          ))}
        </div>
      </Fieldset>
      <div>
        <SubmitButton busy="Saving…">Save roles</SubmitButton>
      </div>
    </Form>
  );
}
