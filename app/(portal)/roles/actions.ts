"use server";

import { redirect } from "next/navigation";
import { inAccount } from "#components/acting-account.ts";
import { action, type FormAction } from "#lib/doors/action.ts";
import type { Role } from "#lib/roles/list.ts";
import { type Preview, previewRole } from "#lib/roles/preview.ts";
import * as roles from "#lib/roles.ts";
import { atTheLines, withPermissions } from "./entries.ts";

const accountOf = (form: FormData) => form.get("accountId")?.toString();

const create = action(
  roles.createRole,
  async ({ id }, _, form) => redirect(inAccount(`/roles/${id}?made`, accountOf(form))),
  withPermissions,
);

/** Makes a role. */
export const createRole: FormAction<Role> = async (_, form) => atTheLines(await create({ status: "idle" }, form));

const save = action(roles.updateRole, undefined, withPermissions);

const preview = action(previewRole, undefined, (input) => {
  const { accountId, roleId, permissions } = withPermissions(input);
  return { accountId, roleId, permissions: JSON.stringify(permissions) };
});

/** What saving made of a role, or what it would do. */
export type Saved = Role | Preview;

/** Saves a role, or says what that would do, whichever button was pressed. */
export const saveRole: FormAction<Saved> = async (_, form) =>
  atTheLines<Saved>(await (form.has("$preview") ? preview : save)({ status: "idle" }, form));

export const deleteRole = action(roles.deleteRole, async (_, _caller, form) =>
  redirect(inAccount("/roles?deleted", accountOf(form))),
);
