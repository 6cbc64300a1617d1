"use server";

import { redirect } from "next/navigation";
import { rightsAction } from "#components/forms/outgrown/rights-action.ts";
import { inAccount } from "#components/layout/acting-account.ts";
import { createRole as createRoleOperation } from "#lib/access/roles/create.ts";
import { deleteRole as deleteRoleOperation } from "#lib/access/roles/delete.ts";
import type { Role } from "#lib/access/roles/list.ts";
import { type Preview, previewRole } from "#lib/access/roles/preview.ts";
import { updateRole } from "#lib/access/roles/update.ts";
import { type ActionState, action, type FormAction } from "#lib/http/next/action.ts";
import { atTheLines, withPermissions } from "./entries.ts";

const accountOf = (form: FormData) => form.get("accountId")?.toString();

const create = action(
  createRoleOperation,
  async ({ id }, _, form) => redirect(inAccount(`/roles/${id}?made`, accountOf(form))),
  withPermissions,
);

/** Makes a role. */
export const createRole: FormAction<Role> = async (_, form) => atTheLines(await create({ status: "idle" }, form));

const save = rightsAction(updateRole, undefined, withPermissions);

const preview = action(previewRole, undefined, (input) => {
  const { accountId, roleId, permissions } = withPermissions(input);
  return { accountId, roleId, permissions: JSON.stringify(permissions) };
});

/** What saving made of a role, or what it would do. */
export type Saved = Role | Preview;

/** Saves a role, or says what that would do and keeps what was typed, whichever button was pressed. */
export const saveRole: FormAction<Saved> = async (_, form) => {
  const answer = atTheLines<Saved>(await (form.has("$preview") ? preview : save)(idle, form));
  const isSaved = answer.status === "done" && !form.has("$preview");
  return isSaved ? answer : { ...answer, values: typedIn(form) };
};

const idle = { status: "idle" } satisfies ActionState;

/** Everything that was typed or chosen, the cells too: none of it is secret. */
const typedIn = (form: FormData) =>
  Object.fromEntries([...form].filter(([name]) => !name.startsWith("$")).map(([name, value]) => [name, String(value)]));

export const deleteRole = rightsAction(deleteRoleOperation, async (_, _caller, form) =>
  redirect(inAccount("/roles?deleted", accountOf(form))),
);
