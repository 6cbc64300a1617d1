import { Form, SubmitButton } from "#components/forms/form.tsx";
import { OutgrownQuestion } from "#components/forms/outgrown/question.tsx";
import { FilterBar } from "#components/lists/filter-bar.tsx";
import { SearchField } from "#components/lists/filter-fields.tsx";
import { KeptAccount } from "#components/lists/kept-account.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox, Fieldset } from "#components/ui/choice.tsx";
import { may } from "#lib/core/actor.ts";
import { read, signedIn } from "#lib/http/next/page.ts";
import { listUsers } from "#lib/people/users/list.ts";
import { takeIn } from "../actions.ts";
import type { GroupPageQuery } from "./query.ts";

/** Finds people of the account to take in. */
export async function AddMembers({ group, accountId, add, search }: GroupPageQuery) {
  if (!accountId && !may(await signedIn(), "list:user")) return null;
  return (
    <Card id="add" title="Take people in">
      <search>
        <FilterBar key={add} action={`/groups/${group.id}#add`} verb="Find people">
          <KeptAccount account={accountId} />
          {search && <input type="hidden" name="search" value={search} />}
          <SearchField
            name="add"
            label="Name, username or e-mail address of who is to join"
            placeholder="Name, username or e-mail address"
            defaultValue={add}
            data-shortcut={undefined}
          />
        </FilterBar>
      </search>
      {add && <Found group={group} accountId={accountId} add={add} />}
    </Card>
  );
}

const maxAdded = 25;

const foundWords = (count: number) => (count ? `${count} found.` : "Nobody matches.");

async function Found({ group, accountId, add }: Pick<GroupPageQuery, "group" | "accountId" | "add">) {
  const asked = { accountId, search: add, limit: maxAdded };
  const [{ items, nextCursor }, members] = await Promise.all([
    read(listUsers, asked),
    read(listUsers, { ...asked, groupId: group.id }),
  ]);
  const inside = new Set(members.items.map(({ id }) => id));
  return (
    <div className="mt-4 grid gap-3">
      <p role="status" className="hint">
        {nextCursor ? `The first ${maxAdded}; type more to find others.` : foundWords(items.length)}
      </p>
      {items.length > 0 && (
        <Form action={takeIn} success="They are in the group.">
          <input type="hidden" name="groupId" value={group.id} />
          {accountId && <input type="hidden" name="accountId" value={accountId} />}
          <Fieldset name="add" legend="Who joins the group">
            <div className="grid gap-x-8 gap-y-3 sm:grid-cols-2">
              {items.map(({ id, fullName, username, email }) => (
                <Checkbox
                  key={`${id} ${inside.has(id)}`}
                  name="add"
                  value={id}
                  disabled={inside.has(id)}
                  label={inside.has(id) ? `${fullName} (in the group)` : fullName}
                  description={username === email ? email : `${username} · ${email}`}
                />
              ))}
            </div>
          </Fieldset>
          <OutgrownQuestion />
          <div>
            <SubmitButton tone="secondary" busy="Taking in…">
              Take in
            </SubmitButton>
          </div>
        </Form>
      )}
    </div>
  );
}
