"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import { createCredential as createCredentialOperation } from "#lib/vault/service-credentials/create.ts";
import { deleteCredential as deleteCredentialOperation } from "#lib/vault/service-credentials/delete.ts";
import { revealCredential as revealCredentialOperation } from "#lib/vault/service-credentials/reveal.ts";
import * as trying from "#lib/vault/service-credentials/try.ts";
import { updateCredential as updateCredentialOperation } from "#lib/vault/service-credentials/update.ts";
import { fromForm } from "./form.ts";

export const createCredential = action(
  createCredentialOperation,
  async ({ id }) => redirect(`/credentials/${id}?made`),
  fromForm,
);

export const updateCredential = action(updateCredentialOperation, undefined, fromForm);

export const deleteCredential = action(deleteCredentialOperation, async () => redirect("/credentials?deleted"));

export const revealCredential = action(revealCredentialOperation);

export const testCredential = action(trying.testCredential);
