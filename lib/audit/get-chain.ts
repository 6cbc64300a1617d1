import { z } from "zod";
import { instant } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { chainLink } from "./chain-link.ts";
import { chainState } from "./state.ts";

/** How far the log is sealed, and what came of looking at the chain last. */
export const getChain = defineOperation({
  name: "audit.chain",
  summary: "Ask how far the audit log is sealed and when its chain was last verified",
  route: "GET /audit/chain",
  allow: "list:audit",
  input: z.strictObject({}),
  output: z.object({
    sealed: chainLink
      .extend({ entryId: z.int() })
      .nullable()
      .meta({ description: "The last link; null before the first" }),
    verified: z
      .object({
        at: instant,
        position: z.int().meta({ description: "The last link that holds" }),
        entryId: z.int().nullable(),
        sha256: z.string(),
        brokenAt: z.int().nullable().meta({ description: "The first link that does not; null when all do" }),
        problem: z.string().nullable(),
      })
      .nullable()
      .meta({ description: "What came of the last check; null before the first" }),
  }),

  run: ({ tx }) => chainState(tx),
});
