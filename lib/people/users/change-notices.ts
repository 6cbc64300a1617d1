import type { Db } from "#db/client.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";
import type { Changes, ProfileField } from "./change.ts";
import type { HeldUser } from "./lock-rows.ts";
import { statusChanged } from "./notices.ts";

export const statusFields: ProfileField[] = ["active", "notificationsOnly"];

export async function tellStatus(
  tx: Db,
  { id }: HeldUser,
  { active, notificationsOnly }: Changes,
  touched: ProfileField[],
) {
  if (!touched.some((field) => statusFields.includes(field))) return;
  if (active === false || notificationsOnly) await endEverywhere(tx, id);
  if (touched.includes("active")) await queueNotice(tx, active ? activated(id) : deactivated(id));
  else await queueNotice(tx, notificationsOnly ? onlyNotified(id) : signsInAgain(id));
}

const activated = (id: string) =>
  statusChanged(id, "You were activated", "an administrator of your account activated you: you can sign in.");

const deactivated = (id: string) =>
  statusChanged(
    id,
    "You were deactivated",
    "an administrator of your account deactivated you: your sessions were ended, and neither you nor your API tokens can sign in.",
  );

const onlyNotified = (id: string) =>
  statusChanged(
    id,
    "You get notifications only from now on",
    "an administrator of your account made you somebody who gets notifications and does not sign in. Your sessions were ended.",
  );

const signsInAgain = (id: string) =>
  statusChanged(id, "You can sign in", "an administrator of your account changed that you get notifications only.");
