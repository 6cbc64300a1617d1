import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { Checkbox, Fieldset } from "#components/ui/choice.tsx";
import { Field, Input, Select } from "#components/ui/field.tsx";
import type { Account } from "#lib/accounts/account.ts";

/** Asks for other policies; it leads to a page that tells whom they would concern, and only there they are saved. */
export function PoliciesForm({ account }: { account: Account }) {
  return (
    <form action={`/accounts/${account.id}/review`} className="grid gap-7">
      <Fieldset name="mfa" legend="Second factor">
        <Checkbox
          name="mfaRequired"
          label="Demand a second factor from everybody"
          description="Who has none sets one up when they sign in, once their days of grace are over."
          defaultChecked={account.mfaRequired}
        />
        <Whole
          name="mfaGraceDays"
          label="Days of grace"
          hint="Granted once to each person, 0 to 30."
          of={account}
          to={[0, 30]}
        />
      </Fieldset>
      <Fieldset name="passwords" legend="Passwords">
        <Field name="passwordProfile" label="Rules" hint="They hold for the next password somebody chooses.">
          <Select defaultValue={account.passwordProfile}>
            <option value="classic">Classic: 12 characters, three of four kinds</option>
            <option value="nist">NIST: 15 characters of any kind, 12 where a second factor is demanded</option>
          </Select>
        </Field>
        <Whole
          name="passwordMaxAgeDays"
          label="Days until a password must be replaced"
          hint="Leave it empty for never, which is what NIST advises."
          of={account}
          to={[1, 3650]}
          optional
        />
      </Fieldset>
      <Fieldset name="sessions" legend="Sessions" hint="Shorter ones hold at once, for those that are open too.">
        <Whole name="sessionIdleMinutes" label="Minutes unused until they end" of={account} to={[5, 1440]} />
        <Whole name="sessionMaxHours" label="Hours until they end in any case" of={account} to={[1, 720]} />
      </Fieldset>
      <Fieldset name="tokens" legend="API tokens">
        <Whole
          name="tokenMaxDays"
          label="Days that a token may live"
          hint="For new tokens; those that are there go on."
          of={account}
          to={[1, 365]}
        />
        <Checkbox
          name="tokensMayLiveForever"
          label="Allow tokens without an end"
          description="A leaked one is good until somebody revokes it."
          defaultChecked={account.tokensMayLiveForever}
        />
        <Whole
          name="tokenUnusedDays"
          label="Days unused until a token ends"
          hint="Leave it empty for never. Those that were not used for so long end at once."
          of={account}
          to={[1, 365]}
          optional
        />
        <Checkbox
          name="tokenAddressesRequired"
          label="Demand that tokens name their addresses"
          description="A token that may be used from anywhere is refused, those that are there too, until addresses are added to it."
          defaultChecked={account.tokenAddressesRequired}
        />
        <Checkbox
          name="tokensRetrievable"
          label="Allow owners to copy a token again"
          description="Keeps the secrets of new tokens, sealed. Whoever gets hold of both the database and its keys gets hold of them."
          defaultChecked={account.tokensRetrievable}
        />
        <Field
          name="keysMayCreateKeys"
          label="A token that creates tokens may give"
          hint="Only tokens whose scope says that they create tokens do. The second choice lets a program replace its own token by the API for ever. It also lets whoever steals such a token make themselves others with all that its owner may do, which go on when the stolen one is revoked."
        >
          <Select defaultValue={account.keysMayCreateKeys}>
            <option value="narrower">Less than its own: fewer scopes, no power to create tokens, no later end</option>
            <option value="owner">Whatever its owner may give, to the longest end allowed</option>
          </Select>
        </Field>
      </Fieldset>
      <Fieldset name="keys" legend="Access keys">
        <Checkbox
          name="accessKeysAllowed"
          label="Allow programs to sign in with access keys"
          description="An access key stands for its person without a second factor."
          defaultChecked={account.accessKeysAllowed}
        />
      </Fieldset>
      <div>
        <Button type="submit" tone="primary">
          Review changes…
        </Button>
      </div>
    </form>
  );
}

type Numbers =
  | "mfaGraceDays"
  | "passwordMaxAgeDays"
  | "sessionIdleMinutes"
  | "sessionMaxHours"
  | "tokenMaxDays"
  | "tokenUnusedDays";

type WholeProps = {
  name: Numbers;
  label: string;
  hint?: ReactNode;
  of: Account;
  to: [least: number, most: number];
  optional?: boolean;
};

function Whole({ name, label, hint, of: account, to: [least, most], optional }: WholeProps) {
  return (
    <Field name={name} label={label} hint={hint} required={!optional} optional={optional}>
      <Input
        type="number"
        inputMode="numeric"
        min={least}
        max={most}
        defaultValue={account[name] ?? ""}
        className="max-w-32"
      />
    </Field>
  );
}
