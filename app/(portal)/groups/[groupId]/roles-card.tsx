import { Form, SubmitButton } from "#components/forms/form.tsx";
import { OutgrownQuestion } from "#components/forms/outgrown/question.tsx";
import { optionsOf } from "#components/lists/combobox/account-options.ts";
import { FallbackForm } from "#components/lists/combobox/fallback-form.tsx";
import { MultiSelect } from "#components/lists/combobox/multi-select.tsx";
import { fallbackFormId, maxOptions } from "#components/lists/combobox/options.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Fieldset } from "#components/ui/choice.tsx";
import { listRoles } from "#lib/access/roles/list.ts";
import { may } from "#lib/core/actor.ts";
import { read, signedIn } from "#lib/http/next/page.ts";
import { setGroupRoles } from "../actions.ts";
import type { GroupPageQuery } from "./query.ts";

/** What the members hold through the group, to be chosen anew. */
export async function RolesCard({ group, accountId, findRoles }: GroupPageQuery) {
  const mayList = accountId !== undefined || may(await signedIn(), "list:role");
  return (
    <Card id="roles" title="Roles" description="A change holds for all members at once.">
      {group.includesYou || !mayList ? (
        <Held group={group} />
      ) : (
        <Chosen group={group} accountId={accountId} findRoles={findRoles} />
      )}
    </Card>
  );
}

function Held({ group: { roles } }: Pick<GroupPageQuery, "group">) {
  if (!roles.length) return <p className="text-muted">It holds no roles.</p>;
  return (
    <span className="flex flex-wrap gap-1.5">
      {roles.map(({ id, name }) => (
        <Badge key={id}>{name}</Badge>
      ))}
    </span>
  );
}

async function Chosen({ group, accountId, findRoles }: Pick<GroupPageQuery, "group" | "accountId" | "findRoles">) {
  const roles = await read(listRoles, { accountId, limit: maxOptions, search: findRoles || undefined });
  const offered = optionsOf("roles", findRoles, roles);
  return (
    <>
      <FallbackForm action={`/groups/${group.id}`} account={accountId} />
      <Form action={setGroupRoles} success="The roles are saved." keep>
        <input type="hidden" name="groupId" value={group.id} />
        <input type="hidden" name="version" value={group.version} />
        {accountId && <input type="hidden" name="accountId" value={accountId} />}
        <Fieldset name="roleIds" legend="Its members hold">
          <MultiSelect name="roleIds" options={offered} held={group.roles} account={accountId} form={fallbackFormId} />
        </Fieldset>
        <OutgrownQuestion />
        <div>
          <SubmitButton busy="Saving…">Save roles</SubmitButton>
        </div>
      </Form>
    </>
  );
}
