import { z } from "zod";
import { longestAddress, readAddress } from "./email-address.ts";
import { hasContent, isVisible, tidy } from "./invisible.ts";
import { grammar } from "./permissions.ts";

/** An RFC 3339 instant in UTC, as it is answered; `instantInput` of `instants.ts` takes what is sent. */
export const instant = z.iso
  .datetime()
  .meta({ description: "RFC 3339 instant in UTC", example: "2030-01-31T12:00:00.000Z" });

/** A date of the database as it stands on the wire; null stays null. */
export const wire = <T extends Date | null>(date: T) =>
  (date ? date.toISOString() : null) as T extends Date ? string : null;

/**
 * Bytes that travel as they are, not as JSON, of one of these media types; a WebP when none is named. An output says
 * beside `content` its `contentType`, and either an `etag` or the `fileName` to be saved under.
 */
export const binary = (...mediaTypes: string[]) =>
  z.instanceof(Uint8Array).meta({ format: "binary", description: "The bytes as they are", mediaTypes });

/** As {@link binary}, for what is too long to hold: text that is made piece by piece while it is sent. */
export const streamed = (...mediaTypes: string[]) =>
  z
    .custom<AsyncIterable<string>>(
      (value) => typeof value === "object" && value !== null && Symbol.asyncIterator in value,
    )
    .meta({ format: "binary", description: "The text as it is", mediaTypes });

/** Marks a value that is shown once: kept out of stored answers. */
export const secretOnce = () => z.string().meta({ secret: true, description: "Shown this once, never again" });

/**
 * A check of text that the API document says in words: its patterns are read by programs that know no Unicode
 * properties.
 */
export const checkText =
  (holds: (text: string) => boolean, message: string) => (context: z.core.ParsePayload<string>) => {
    if (holds(context.value)) return;
    context.issues.push({ code: "invalid_format", format: "text", input: context.value, message });
  };

/** Words on one line, {@link tidy}: nothing in it that cannot be seen, but joiners where letters or emoji need them. */
export const line = (longest: number) =>
  z
    .string()
    .transform(tidy)
    .pipe(
      z
        .string()
        .max(longest, `Use at most ${longest} characters.`)
        .check(checkText(isVisible, "Use visible characters only.")),
    );

/** A person's or thing's name: a line in which there is something to see, and no letter was lost. */
export const name = (longest = 100) =>
  line(longest).pipe(
    z
      .string()
      .check(notEmpty)
      .check(checkText((text) => !text.includes("\uFFFD"), garbled)),
  );

const garbled = "This is garbled: there is a � in it, which stands for a letter that was lost. Write it again.";

function notEmpty({ value, issues }: z.core.ParsePayload<string>) {
  if (hasContent(value)) return;
  issues.push({
    code: "too_small",
    origin: "string",
    minimum: 1,
    inclusive: true,
    input: value,
    message: "Fill this in.",
  });
}

/**
 * An e-mail address: one, at most 254 characters, without a display name, quotes or a list (I-12). Its domain may be of
 * any script, and is kept in ASCII: пример.рф and xn--e1afmkfd.xn--p1ai are the same one. A domain of one word is a
 * mail host of the own network.
 */
export const email = z
  .string()
  .transform((text, context) => {
    const read = readAddress(text);
    if ("address" in read) return read.address;
    context.issues.push({ code: "invalid_format", format: "email", input: text, message: read.trouble });
    return z.NEVER;
  })
  .meta({ format: "idn-email", maxLength: longestAddress });

/** A phone number as people write it: 10 digits at least, 30 characters at most; empty clears it. */
export const phone = z
  .string()
  .trim()
  .max(30, "Use at most 30 characters.")
  .regex(/^(\+?[\d ().\-/]*)?$/, "Use digits, spaces and + ( ) - . / only.")
  .refine((text) => text === "" || text.replace(/\D/g, "").length >= 10, "Use at least 10 digits.")
  .transform((text) => text || null)
  .meta({ description: "At least 10 digits, at most 30 characters; empty clears it", example: "+44 20 7946 0000" });

/** The id of something, in small letters however it was sent: as such it is compared and put on record. */
export const uuid = () => z.uuid().toLowerCase();

/** A password as typed: up to 256 characters, made one Unicode form (NFKC), never trimmed. */
export const password = z
  .string()
  .min(1, "Fill this in.")
  .max(256, "Use at most 256 characters.")
  .transform((text) => text.normalize("NFKC"))
  .meta({ format: "password" });

/** What every list takes: how many to answer with, and where the page before ended, which is `nextCursor` of its answer. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1, "Ask for at least 1.")
    .max(100, "Ask for at most 100.")
    .default(25)
    .meta({ description: "How many at a time, 100 at most" }),
  cursor: z.string().max(1000).optional().meta({ description: "`nextCursor` of the page before" }),
};

/** One page of a list. `nextCursor` is null on the last one. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

const accountNumber = z.string().regex(/^[1-9][0-9]{7}$/, "An account id is 8 digits.");
const actingIn = "The account to act in: your own when left out, or one that it manages";

/** Where an operation happens. With this field in its input, it runs with the rows of that account alone. */
export const accountId = accountNumber.optional().meta({ description: actingIn, example: "20000001" });

/** As {@link accountId}, with `*` for the own account and all that it manages. */
export const anyAccountId = z
  .union([accountNumber, z.literal("*")])
  .optional()
  .meta({ description: `${actingIn}; \`*\` for all of them`, example: "20000001" });

/** A permission pattern as it may be written; anything else is refused. */
export const permissionPattern = z
  .string()
  .max(200)
  .regex(grammar, "write service:own|managed:action:resource, each part a word or *");
