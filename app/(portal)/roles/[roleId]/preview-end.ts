import { Refusal } from "#lib/core/errors.ts";
import { read } from "#lib/doors/page.ts";
import { type Preview, previewRole } from "#lib/roles/preview.ts";

/** What the end of a role would do; undefined where so many previews were asked for that it is not told just now. */
export async function previewEnd(roleId: string, accountId?: string): Promise<Preview | undefined> {
  try {
    return await read(previewRole, { roleId, accountId });
  } catch (refusal) {
    if (refusal instanceof Refusal && refusal.code === "too_many_requests") return;
    throw refusal;
  }
}

/** What the page says in its place. */
export const uncounted =
  "Who holds it could not be counted just now: many previews were asked for. Load the page again in a few seconds.";
