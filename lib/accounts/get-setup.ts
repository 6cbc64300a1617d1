import { z } from "zod";
import type { Db } from "#db/client.ts";
import { setupLinks } from "#db/schema/users.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { isEmpty, isLink, setupLink } from "./setup.ts";

/** Is this portal waiting for its first account, and does a link to `/setup` fit? */
export const getSetup = defineOperation({
  name: "setup.get",
  summary: "Ask whether this portal still waits to be set up",
  route: "GET /setup",
  allow: "anyone",
  input: z.strictObject({ link: setupLink.optional() }),
  output: z.object({
    open: z.boolean().meta({ description: "true until there is an account" }),
    linkFits: z.boolean().meta({ description: "The link given is the one to use" }),
  }),

  async run({ tx }, { link }) {
    const open = await isEmpty(tx);
    return { open, linkFits: open && link !== undefined && (await fits(tx, link)) };
  },
});

async function fits(tx: Db, link: string): Promise<boolean> {
  const [found] = await tx.select({ expiresAt: setupLinks.expiresAt }).from(setupLinks).where(isLink(link));
  return found !== undefined;
}
