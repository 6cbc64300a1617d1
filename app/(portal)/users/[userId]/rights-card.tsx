import { AccountInput } from "#components/forms/account-input.tsx";
import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { OutgrownQuestion } from "#components/forms/outgrown/question.tsx";
import { accountField } from "#components/layout/acting-account.ts";
import { fallbackFormId, isLong, type Option, type Options } from "#components/lists/combobox/options.ts";
import { SearchSelect } from "#components/lists/combobox/search-select.tsx";
import { Card } from "#components/ui/card.tsx";
import type { User } from "#lib/people/users/wire.ts";
import { changeMembers, grantRole, revokeRole } from "./actions.ts";

type RightsProps = { user: User; account?: string };

/** The roles of a person and how they came by them. `offered` are those that can be granted. */
export function RolesCard({
  user,
  account,
  offered,
  mayRevoke,
}: RightsProps & { offered?: Options; mayRevoke: boolean }) {
  const held = user.roles.filter(({ direct }) => direct).map(({ id }) => id);
  return (
    <Card id="roles" title="Roles" description="What they may do: the union of these; a denial beats every allowance.">
      {user.roles.length === 0 && (
        <p className="text-muted">No role yet: they can do nothing but look after themselves.</p>
      )}
      <ul className="grid gap-3">
        {user.roles.map((role) => (
          <li key={role.id} className="flex flex-wrap items-center justify-between gap-3">
            <div className="min-w-0">
              <span className="font-medium wrap-anywhere">{role.name}</span>
              {role.groups.length > 0 && (
                <span className="hint block">through {role.groups.map(({ name }) => name).join(", ")}</span>
              )}
            </div>
            {role.direct && mayRevoke && <Revoke user={user} account={account} role={role} />}
          </li>
        ))}
      </ul>
      {offered && hasOthers(offered, held) && (
        <Form action={grantRole} success="The role was granted." className={oneMore}>
          <AccountInput account={account} />
          <input type="hidden" name="userId" value={user.id} />
          <SearchSelect
            name="roleId"
            label="Another role"
            empty="Choose a role"
            options={offered}
            without={held}
            account={account}
            form={fallbackFormId}
          />
          <OutgrownQuestion />
          <SubmitButton tone="secondary" busy="Granting…">
            Grant
          </SubmitButton>
        </Form>
      )}
    </Card>
  );
}

function Revoke({ user, account, role }: RightsProps & { role: Option }) {
  return (
    <ConfirmButton
      id={`revoke-${role.id}`}
      label="Revoke"
      describes={role.name}
      small
      title={`Revoke ${role.name}?`}
      action={revokeRole}
      fields={{ userId: user.id, roleId: role.id, ...accountField(account) }}
      verb="Revoke role"
      busy="Revoking…"
      inForm={<OutgrownQuestion />}
      success={`${role.name} was revoked.`}
    >
      {user.fullName} may no longer do what it allows, from the next request on, in every session and with every token.
    </ConfirmButton>
  );
}

/** The groups of a person. `offered` are those that they can be taken into. */
export function GroupsCard({
  user,
  account,
  offered,
  mayChange,
}: RightsProps & { offered?: Options; mayChange: boolean }) {
  const joined = user.groups.map(({ id }) => id);
  return (
    <Card id="groups" title="Groups">
      {user.groups.length === 0 && <p className="text-muted">They are in no group.</p>}
      <ul className="grid gap-3">
        {user.groups.map((group) => (
          <li key={group.id} className="flex flex-wrap items-center justify-between gap-3">
            <span className="font-medium wrap-anywhere">{group.name}</span>
            {mayChange && <TakeOut user={user} account={account} group={group} />}
          </li>
        ))}
      </ul>
      {mayChange && offered && hasOthers(offered, joined) && (
        <Form action={changeMembers} success="They are in the group." className={oneMore}>
          <AccountInput account={account} />
          <input type="hidden" name="add" value={user.id} />
          <SearchSelect
            name="groupId"
            label="Another group"
            empty="Choose a group"
            options={offered}
            without={joined}
            account={account}
            form={fallbackFormId}
          />
          <OutgrownQuestion />
          <SubmitButton tone="secondary" busy="Adding…">
            Add
          </SubmitButton>
        </Form>
      )}
    </Card>
  );
}

function TakeOut({ user, account, group }: RightsProps & { group: Option }) {
  return (
    <ConfirmButton
      id={`leave-${group.id}`}
      label="Take out"
      describes={`of ${group.name}`}
      small
      title={`Take ${user.fullName} out of ${group.name}?`}
      action={changeMembers}
      fields={{ groupId: group.id, remove: user.id, ...accountField(account) }}
      verb="Take out"
      busy="Taking out…"
      inForm={<OutgrownQuestion />}
      success={`${user.fullName} is no longer in ${group.name}.`}
    >
      They lose what the group's roles give them, from the next request on.
    </ConfirmButton>
  );
}

const oneMore = "mt-5 flex max-w-xl flex-wrap items-end gap-3";

const hasOthers = (offered: Options, held: string[]) =>
  isLong(offered) || offered.items.some(({ id }) => !held.includes(id));
