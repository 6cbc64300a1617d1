"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import * as reveal from "#lib/service-credentials/reveal.ts";
import * as trying from "#lib/service-credentials/try.ts";
import * as credentials from "#lib/service-credentials.ts";
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
