import { z } from "zod";
import { checkText, name, secretOnce, uuid } from "#lib/core/fields.ts";
import { icons } from "./icons.ts";

/** The id of an integration in an input. */
export const integrationId = uuid().meta({ description: "The integration's id" });
/** Its name. */
export const systemName = name(100).meta({
  description: "Unique among the account's integrations",
  example: "Git server",
});
const wholeAddress = /^[a-z]+:\/\/[^\s\p{C}@][^\s\p{C}]*$/u;
/** Where it is. */
export const baseUrl = z
  .string()
  .trim()
  .max(500, "Use at most 500 characters.")
  .check(checkText((text) => wholeAddress.test(text), "Write a whole address like https://git.example.com."))
  .meta({ description: "Where it is, whole and without spaces; what people keep is tried there" });
/** What it is drawn with. */
export const icon = z.enum(icons).meta({ description: "What it is drawn with; empty for what suits its kind" });
/** The header of a system with one of its own. */
export const headerName = z
  .string()
  .trim()
  .regex(/^[A-Za-z][\w-]{0,63}$/, "Use letters, digits, - and _.")
  .nullable()
  .meta({ description: "The header that its secret is sent in, for a system with a header of its own" });
/** Where secrets are made. */
export const adapterUrl = z
  .string()
  .trim()
  .max(500, "Use at most 500 characters.")
  .pipe(z.url({ protocol: /^https$/, error: "Write a whole address that begins with https://." }))
  .refine((text) => !/^https:\/\/[^/?#]*@/i.test(text), "Leave out the name and password.")
  .transform((text) => new URL(text).href)
  .nullable()
  .meta({ description: "Where secrets are made: your hook, or the root of Gitea, Forgejo or GitLab" });
/** What an adapter proves itself with. */
export const adapterSecret = z
  .string()
  .min(1, "Fill this in.")
  .max(1000, "Use at most 1000 characters.")
  .regex(/^[^\p{Cc}]*$/u, "Use one line.")
  .meta({
    format: "password",
    description: "Gitea and Forgejo: `name:password` of an administrator; GitLab: an administrator's access token",
  });
/** For whom secrets are made. */
export const accessGroupId = uuid()
  .nullable()
  .meta({ description: "The group whose members get one each; null for everybody" });
/** How often they are made anew. */
export const rotateDays = z
  .number()
  .int()
  .min(1, "At least a day.")
  .max(365, "At most a year.")
  .nullable()
  .meta({ description: "After how many days each one is made anew; null for never" });
/** Whether programs may read what is kept. */
export const readableByPrograms = z
  .boolean()
  .meta({ description: "May tokens with the scope Secret read what is kept for it?" });

/** A provisioning hook's signing secret is made here and shown this once. */
export const signing = secretOnce().nullable().meta({
  secret: true,
  description: "With which calls to a provisioning hook are signed; shown this once",
});
