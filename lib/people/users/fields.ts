import { z } from "zod";
import { breaks, Refusal } from "#lib/core/errors.ts";
import { checkText, email, line, name, phone, uuid } from "#lib/core/fields.ts";
import { plainName } from "#lib/core/limit-keys.ts";

/** The person an administrator's operation is about. */
export const userId = uuid().meta({ description: "The person's id" });

const webhookUrl = z
  .string()
  .trim()
  .max(2000, "Use at most 2000 characters.")
  .check(checkText((text) => !/[\s\p{Cc}\p{Cs}]/u.test(text), "Use visible characters only, and no spaces."))
  .pipe(
    z.union([
      z.literal(""),
      z.url({ protocol: /^https?$/, error: "Write a whole address that begins with https://." }),
    ]),
  )
  .refine((text) => !/^https?:\/\/[^/?#]*@/i.test(text), "Leave out the name and password.")
  .transform((text) => text || null)
  .meta({
    description:
      "Where the person's notifications are posted to; no spaces in it, and only https is ever called. Empty clears it",
    example: "https://hooks.example.org/latchkey",
  });

/**
 * A name to sign in with: no spaces, and no address unless it is the own one. It is kept in the form in which names are
 * compared, but for its case, so that no two that look alike are two people's.
 */
export const username = line(254)
  .transform(plainName)
  .pipe(z.string().regex(/^\S+$/, "Use no spaces."))
  .meta({ description: "The name to sign in with, fixed from then on; the e-mail address when left out" });

/** What an administrator may write about a person, in any case. */
export const profileFields = {
  fullName: name(100).meta({ description: "The name others see" }),
  email: email.meta({ description: "Used once on this portal, whatever its case" }),
  phone: phone.optional(),
  mobilePhone: phone.optional(),
  webhookUrl: webhookUrl.optional(),
  notificationsOnly: z.boolean().optional().meta({ description: "The person gets notifications and cannot sign in" }),
  active: z.boolean().optional().meta({ description: "Without it, the person cannot sign in, nor can their tokens" }),
};

/**
 * Says which of the two names somebody has already; the same for every account. It is the address, where that is the
 * username, too (`isOne`).
 */
export function usernameTaken(error: unknown, isOne = false): never {
  const broken = ["username", "email"].find((field) => breaks(`users_${field}_once`, error));
  if (!broken) throw error;
  const field = isOne ? "email" : broken;
  const message = `Somebody has this ${field === "email" ? "e-mail address" : "username"} already.`;
  throw new Refusal("user_exists", message, { errors: [{ pointer: `/${field}`, code: "taken", message }] });
}
