"use client";

import { Form, SubmitButton } from "#components/forms/form.tsx";
import { CopySecret } from "#components/forms/secret-dialog/secret-dialog.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { BoundsFields } from "../bounds-fields.tsx";
import { NameFields } from "../name-fields.tsx";
import { createToken, verifySecret } from "./actions.ts";
import type { Draft, Offer } from "./draft.ts";
import type { Policy } from "./expiry.ts";
import { ExpiryPicker } from "./expiry-picker.tsx";
import { ScopePicker } from "./scope-picker.tsx";

type FormProps = {
  draft: Draft;
  offers: Offer[];
  policy: Policy & { tokenAddressesRequired: boolean };
  now: number;
  appUrl: string;
  ownAddress: string;
};

/** Everything a token is made of; then its secret, once. */
export function TokenForm({ draft, offers, policy, now, appUrl, ownAddress }: FormProps) {
  return (
    <Form
      action={createToken}
      keep
      className="grid gap-8 noscript:has-[+dialog]:hidden"
      whenDone={(made) => <CopySecret {...made} appUrl={appUrl} verify={verifySecret} then="/tokens" />}
    >
      <div className="card grid gap-5 p-5 sm:p-6">
        <NameFields token={draft} />
      </div>
      <ScopePicker offers={offers} chosen={draft.scopes} />
      <ExpiryPicker expiry={draft.expiry} policy={policy} now={now} />
      <div className="card grid gap-5 p-5 sm:p-6">
        <BoundsFields bounds={draft.bounds} ownAddress={ownAddress} demanded={policy.tokenAddressesRequired} />
      </div>
      <div className="flex flex-wrap justify-end gap-2.5">
        <ButtonLink href="/tokens">Cancel</ButtonLink>
        <SubmitButton busy="Creating…">Create token</SubmitButton>
      </div>
    </Form>
  );
}
