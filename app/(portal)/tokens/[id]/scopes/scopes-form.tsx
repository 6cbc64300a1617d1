"use client";

import { Form, SubmitButton } from "#components/forms/form.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { saveScopes } from "../../actions.ts";
import type { Offer } from "../../new/draft.ts";
import { ScopePicker } from "../../new/scope-picker.tsx";

/** Which scopes a token has. */
export function ScopesForm({ id, scopes, offers }: { id: string; scopes: string[]; offers: Offer[] }) {
  return (
    <Form action={saveScopes} keep className="grid gap-8">
      <input type="hidden" name="id" value={id} />
      <ScopePicker offers={offers} chosen={scopes} />
      <div className="flex flex-wrap justify-end gap-2.5">
        <ButtonLink href={`/tokens/${id}`}>Cancel</ButtonLink>
        <SubmitButton busy="Saving…">Save scopes</SubmitButton>
      </div>
    </Form>
  );
}
