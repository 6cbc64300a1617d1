import { z } from "zod";
import type { accounts } from "#db/schema/accounts.ts";
import { instant, wire } from "#lib/core/fields.ts";

/** What an account asks of its people, as it stands on the wire. */
export const policies = z.object({
  mfaRequired: z.boolean().meta({ description: "Must everybody sign in with a second factor?" }),
  mfaGraceDays: z.int().meta({ description: "Days for which somebody may sign in without one; granted once" }),
  passwordProfile: z
    .enum(["classic", "nist"])
    .meta({ description: "classic: 12 characters of three kinds; nist: 15 characters, 12 with a second factor" }),
  passwordMaxAgeDays: z.int().nullable().meta({ description: "Days after which a password is replaced; null: never" }),
  sessionIdleMinutes: z.int().meta({ description: "Minutes without use after which a session ends" }),
  sessionMaxHours: z.int().meta({ description: "Hours after which a session ends in any case" }),
  tokenMaxDays: z.int().meta({ description: "How many days a token may live at most" }),
  tokensMayLiveForever: z.boolean().meta({ description: "May a token have no end?" }),
  tokenUnusedDays: z.int().nullable().meta({ description: "Days without use after which a token ends; null: never" }),
  tokenAddressesRequired: z.boolean().meta({ description: "Is a token refused that may be used from anywhere?" }),
  tokensRetrievable: z.boolean().meta({ description: "Can the secret of a token be copied again by its owner?" }),
  keysMayCreateKeys: z
    .enum(["narrower", "owner"])
    .meta({ description: "May a token that creates tokens give less than its own, or whatever its owner may give?" }),
  accessKeysAllowed: z.boolean().meta({ description: "Do access keys sign in to AIMS?" }),
});

/** An account with its policies. */
export const wireAccount = policies.extend({
  id: z.string(),
  name: z.string(),
  active: z.boolean().meta({ description: "Nobody of an inactive account can sign in" }),
  locations: z.array(z.string()).meta({ description: "Where its data may live" }),
  defaultLocation: z.string(),
  version: z.int().meta({ description: "Grows with every change; send it as If-Match to be told of others' changes" }),
  createdAt: instant,
  createdBy: z.uuid().nullable().meta({ description: "The user who made it; null: the system" }),
  modifiedAt: instant,
  modifiedBy: z.uuid().nullable(),
});

export type Account = z.output<typeof wireAccount>;

/** An account of the database as it stands on the wire. */
export const presentAccount = (row: typeof accounts.$inferSelect): z.input<typeof wireAccount> => ({
  ...row,
  createdAt: wire(row.createdAt),
  modifiedAt: wire(row.modifiedAt),
});

/** Where data may live, as the systems that use the account call such places. */
export const location = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "Use lower-case words joined by hyphens, like insight-us-virginia.")
  .max(64, "Use at most 64 characters.");

/** Yes or no in a query. */
export const booleanQuery = z.enum(["true", "false"]).transform((word) => word === "true");
