"use server";

import { redirect } from "next/navigation";
import { rightsAction } from "#components/forms/outgrown/rights-action.ts";
import { inAccount } from "#components/layout/acting-account.ts";
import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import * as keys from "#lib/machines/api-users/customer-key.ts";
import * as apiUsers from "#lib/machines/api-users/operations.ts";
import * as secrets from "#lib/machines/api-users/secrets.ts";
import * as settings from "#lib/machines/api-users/settings.ts";

const accountOf = (form: FormData) => form.get("accountId")?.toString();

type Input = Record<string, unknown>;
type CreatedApiUser = { id: string; login: string; secret: string };

/** Makes an API user. A secret that was made here is shown; one that was brought along leads to its page. */
export const createApiUser = action(
  apiUsers.createApiUser,
  async ({ id, login, secret }, _, form): Promise<CreatedApiUser> => {
    if (secret === null) redirect(inAccount(`/api-users/${id}?made`, accountOf(form)));
    return { id, login, secret };
  },
  (input) => filled(withLines(input)),
);

/** Saves login, name, surname and address. */
export const saveNames = action(apiUsers.updateApiUser);

/** Puts it into groups, and out of others. */
export const saveGroups = rightsAction(apiUsers.updateApiUser);

/** Saves where it may come from. */
export const saveAddresses = action(apiUsers.updateApiUser, undefined, withLines);

/** Activates or deactivates. */
export const setActive = action(apiUsers.updateApiUser);

/** The API user is gone, so its page is left. */
export const deleteApiUser = action(apiUsers.deleteApiUser, async (_, __, form) =>
  redirect(inAccount("/api-users?deleted", accountOf(form))),
);

export const addSecret = action(secrets.addApiUserSecret, undefined, filled);

export const dropSecret = action(secrets.dropApiUserSecret);

export const saveSettings = action(settings.updateApiUserSettings);

export const revealKey = action(keys.revealCustomerKey);

export const rotateKey = action(keys.rotateCustomerKey);

/** Addresses stand on a line each. */
function withLines({ allowedAddresses, ...input }: Input): Input {
  const lines = [allowedAddresses].flat().flatMap((text) => String(text ?? "").split(/[\s,]+/));
  return { ...input, allowedAddresses: lines.filter(Boolean) };
}
