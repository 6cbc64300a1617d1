"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import * as credentials from "#lib/vault/service-credentials/operations.ts";
import * as reveal from "#lib/vault/service-credentials/reveal.ts";
import * as trying from "#lib/vault/service-credentials/try.ts";
import { fromForm } from "./form.ts";

export const createCredential = action(
  credentials.createCredential,
  async ({ id }) => redirect(`/credentials/${id}?made`),
  fromForm,
);

export const updateCredential = action(credentials.updateCredential, undefined, fromForm);

export const deleteCredential = action(credentials.deleteCredential, async () => redirect("/credentials?deleted"));

export const revealCredential = action(reveal.revealCredential);

export const testCredential = action(trying.testCredential);
