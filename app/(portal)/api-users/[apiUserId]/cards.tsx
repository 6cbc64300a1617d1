import { AccountInput } from "#components/forms/account-input.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { OutgrownQuestion } from "#components/forms/outgrown/question.tsx";
import type { Options } from "#components/lists/combobox/options.ts";
import { Card } from "#components/ui/card.tsx";
import type { Elements } from "#components/ui/elements.ts";
import type { ApiUser } from "#lib/machines/api-users/list.ts";
import { saveAddresses, saveGroups, saveNames } from "../actions.ts";
import { AddressField } from "../address-field.tsx";
import { GroupChoices } from "../group-choices.tsx";
import { NameFields } from "../name-fields.tsx";

export type ApiUserProps = { user: ApiUser; account?: string };

/** Login, names and address. */
export function NamesCard({ user, account }: ApiUserProps) {
  return (
    <Card id="names" title="Login and names">
      <Save action={saveNames} user={user} account={account}>
        <NameFields user={user} />
      </Save>
    </Card>
  );
}

/** The groups it is in. */
export function GroupsCard({ user, account, offered }: ApiUserProps & { offered: Options }) {
  return (
    <Card id="groups" title="Groups" description="A change holds for its next request, with the tokens it has.">
      <Save action={saveGroups} user={user} account={account}>
        <GroupChoices offered={offered} held={user.groups} account={account} />
        <OutgrownQuestion />
      </Save>
    </Card>
  );
}

/** Where it may come from. */
export function AddressesCard({ user, account, own }: ApiUserProps & { own: string }) {
  return (
    <Card id="addresses" title="Addresses" description="From anywhere else it is refused at its next request.">
      <Save action={saveAddresses} user={user} account={account}>
        <AddressField addresses={user.allowedAddresses} own={own} />
      </Save>
    </Card>
  );
}

type SaveProps = ApiUserProps & { action: typeof saveNames; children: Elements };

function Save({ action, user, account, children }: SaveProps) {
  return (
    <Form action={action} success="Saved." keep className="grid max-w-2xl gap-5">
      <AccountInput account={account} />
      <input type="hidden" name="apiUserId" value={user.id} />
      <input type="hidden" name="version" value={user.version} />
      {children}
      <div>
        <SubmitButton tone="secondary" busy="Saving…">
          Save
        </SubmitButton>
      </div>
    </Form>
  );
}
