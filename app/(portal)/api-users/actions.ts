"use server";

import { redirect } from "next/navigation";
import { rightsAction } from "#components/forms/outgrown/rights-action.ts";
import { inAccount } from "#components/layout/acting-account.ts";
import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import { reword } from "#lib/http/next/reword.ts";
import { createApiUser as createApiUserOperation } from "#lib/machines/api-users/create.ts";
import * as keys from "#lib/machines/api-users/customer-key.ts";
import { deleteApiUser as deleteApiUserOperation } from "#lib/machines/api-users/delete.ts";
import { addApiUserSecret, dropApiUserSecret } from "#lib/machines/api-users/secrets.ts";
import { updateApiUserSettings } from "#lib/machines/api-users/settings.ts";
import { updateApiUser } from "#lib/machines/api-users/update.ts";

const accountOf = (form: FormData) => form.get("accountId")?.toString();

type Input = Record<string, unknown>;
type CreatedApiUser = { id: string; login: string; secret: string };

/** Makes an API user. A secret that was made here is shown; one that was brought along leads to its page. */
export const createApiUser = action(
  createApiUserOperation,
  async ({ id, login, secret }, _, form): Promise<CreatedApiUser> => {
    if (secret === null) redirect(inAccount(`/api-users/${id}?made`, accountOf(form)));
    return { id, login, secret };
  },
  (input) => filled(withLines(input)),
);

/** Saves login, name, surname and address. */
export const saveNames = action(updateApiUser);

/** Puts it into groups, and out of others. */
export const saveGroups = rightsAction(updateApiUser);

/** Saves where it may come from. */
export const saveAddresses = action(updateApiUser, undefined, withLines);

/** Activates or deactivates. */
export const setActive = action(updateApiUser);

/** The API user is gone, so its page is left. */
export const deleteApiUser = action(deleteApiUserOperation, async (_, __, form) =>
  redirect(inAccount("/api-users?deleted", accountOf(form))),
);

export const addSecret = action(addApiUserSecret, undefined, filled);

export const dropSecret = action(dropApiUserSecret);

export const saveSettings = action(updateApiUserSettings);

export const revealKey = action(keys.revealCustomerKey);

export const rotateKey = action(keys.rotateCustomerKey);

/** Addresses stand on a line each. */
function withLines(input: Input): Input {
  return reword(input, {
    allowedAddresses: (typed) =>
      [typed]
        .flat()
        .join("\n")
        .split(/[\s,]+/)
        .filter(Boolean),
  });
}
