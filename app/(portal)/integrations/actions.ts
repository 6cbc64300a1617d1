"use server";

import { redirect } from "next/navigation";
import { inAccount } from "#components/layout/acting-account.ts";
import { action } from "#lib/http/next/action.ts";
import { createIntegration as createIntegrationOperation } from "#lib/vault/integrations/create.ts";
import { deleteIntegration as deleteIntegrationOperation } from "#lib/vault/integrations/delete.ts";
import * as changes from "#lib/vault/integrations/update.ts";
import { fromForm } from "./form.ts";

const accountOf = (form: FormData) => form.get("accountId")?.toString();

/** A hook's signing secret is shown before anything else; where there is none, the page of what was made is next. */
export const createIntegration = action(
  createIntegrationOperation,
  async ({ id, name, signingSecret }, _, form) => {
    const path = inAccount(`/integrations/${id}?made`, accountOf(form));
    if (signingSecret === null) redirect(path);
    return { name, signingSecret, path };
  },
  fromForm,
);

/** What else an integration's page does has forms of its own. */
export const updateIntegration = action(changes.updateIntegration, undefined, fromForm);

export const renewSigningSecret = action(
  changes.updateIntegration,
  async ({ name, signingSecret }) => ({ name, signingSecret }),
  (input) => ({ ...input, newSigningSecret: true }),
);

export const endFormerSecret = action(
  changes.updateIntegration,
  async () => ({}),
  (input) => ({ ...input, endFormerSecret: true }),
);

export const tryAgain = action(
  changes.updateIntegration,
  async () => ({}),
  (input) => ({ ...input, tryAgain: true }),
);

export const acceptHostKey = action(changes.updateIntegration, async () => ({}));

export const deleteIntegration = action(deleteIntegrationOperation, async (_, _caller, form) =>
  redirect(inAccount("/integrations?deleted", accountOf(form))),
);
