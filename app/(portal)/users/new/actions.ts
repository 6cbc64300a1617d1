"use server";

import { redirect } from "next/navigation";
import { inAccount } from "#components/layout/acting-account.ts";
import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import { createUser } from "#lib/people/users/create.ts";

type CreatedUser = { id: string; fullName: string; oneTimePassword: string };

/** Makes a person. An invitation leads to their page; a one-time password is shown first. */
export const makeUser = action(
  createUser,
  async ({ id, fullName, oneTimePassword }, _, form): Promise<CreatedUser> => {
    const account = form.get("accountId")?.toString();
    if (!oneTimePassword) redirect(inAccount(`/users/${id}?made`, account));
    return { id, fullName, oneTimePassword };
  },
  async ({ first, ...input }) => filled({ ...input, oneTimePassword: first === "password" }),
);
