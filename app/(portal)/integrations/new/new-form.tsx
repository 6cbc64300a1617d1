"use client";

import { Form, SubmitButton } from "#components/forms/form.tsx";
import { CopySecret } from "#components/forms/secret-dialog/secret-dialog.tsx";
import type { Options } from "#components/lists/combobox/options.ts";
import type { Integration } from "#lib/vault/integrations/integration.ts";
import type { SystemKind } from "#lib/vault/service-credentials/systems.ts";
import { createIntegration } from "../actions.ts";
import { AutomaticFields, SystemFields } from "../fields.tsx";

type NewProps = {
  kind: SystemKind;
  adapter?: NonNullable<Integration["adapter"]>;
  accountId?: string;
  groups: Options;
};

/** Adds the system; a hook's signing secret is shown once it is made. */
export function NewForm({ kind, adapter, accountId, groups }: NewProps) {
  return (
    <Form
      action={createIntegration}
      whenDone={({ name, signingSecret, path }) => (
        <CopySecret
          name={name}
          kind="signing secret"
          secret={signingSecret}
          offered={["Value", ".env line"]}
          variable="HOOK_SECRET"
          appUrl=""
          then={path}
        />
      )}
    >
      <input type="hidden" name="kind" value={kind} />
      <input type="hidden" name="mode" value={adapter ? "automatic" : "manual"} />
      {adapter && <input type="hidden" name="adapter" value={adapter} />}
      <SystemFields kind={kind} accountId={accountId} />
      {adapter && <AutomaticFields adapter={adapter} groups={groups} accountId={accountId} />}
      <div>
        <SubmitButton busy="Adding…">Add integration</SubmitButton>
      </div>
    </Form>
  );
}
