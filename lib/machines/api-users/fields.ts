import { z } from "zod";
import { breaks } from "#lib/core/errors.ts";
import { email, line, name, password, uuid } from "#lib/core/fields.ts";
import { plainName } from "#lib/core/limit-keys.ts";
import { networks } from "#lib/core/net/networks.ts";
import { taken } from "#lib/core/unique.ts";

/** The API user an operation is about. */
export const apiUserId = uuid().meta({ description: "The API user's id" });

/** A login travels before a colon in HTTP Basic, so that it holds none (RFC 7617). */
const login = line(100)
  .transform(plainName)
  .pipe(
    z
      .string()
      .min(1, "Fill this in.")
      .regex(/^[^\s:]+$/, "Use no spaces and no colon."),
  )
  .meta({ description: "Unique in the account, whatever its case", example: "warehouse-sync" });

const groupIds = z
  .array(uuid())
  .min(1, "Choose at least one group: its rights come from there.")
  .max(50, "Name at most 50 groups.")
  .transform((ids) => [...new Set(ids)])
  .meta({ description: "Ids of its groups, at least one; it holds their roles" });

/** What an administrator writes about an API user. */
export const apiUserFields = {
  login,
  name: name(100).meta({ description: "Its name; a program's, or that of who answers for it" }),
  surname: name(100).meta({ description: "Its surname" }),
  email: email.meta({ description: "Used once on this portal, among people and API users" }),
  groupIds,
  allowedAddresses: networks.meta({
    description: "Addresses and networks (CIDR) it may come from, 50 at most; none for every address",
    example: ["198.51.100.7", "2001:db8::/48"],
  }),
};

/** A secret that is brought along. */
export const givenSecret = password
  .optional()
  .meta({ format: "password", description: "The secret, by the account's password rules; made here when left out" });

/** Says which of the two that are used once is taken; the same whoever has it. */
export function loginOrEmailTaken(error: unknown): never {
  const field = fields.find((field) => breaks(`api_users_${field}_once`, error));
  if (!field) throw error;
  throw taken(field, words[field]);
}

const fields = ["login", "email"] as const;
const words = {
  login: "There is an API user of this login already. Choose another.",
  email: "Somebody has this e-mail address already.",
};
