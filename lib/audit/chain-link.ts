import { z } from "zod";
import { instant } from "#lib/core/fields.ts";

export const chainLink = z.object({
  position: z.int().meta({ description: "Its place in the chain, from 1" }),
  sha256: z.string().meta({ description: "Over the link before and this entry, in hexadecimal" }),
  sealedAt: instant,
});
