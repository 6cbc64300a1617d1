import { z } from "zod";

const example = "2030-01-31T12:00:00Z";

/** What is said of what is no instant. */
const format = `Write an instant like ${example} or 2030-01-31T13:00:00+01:00.`;
const noOffset = `Add the offset from UTC at the end: Z, or one like +01:00, as in ${example}.`;
const lostPlus = "Write the + of the offset as %2B: in an address, + means a space.";
const noSuch = "There is no such day or time of day.";
const outside = "Choose an instant in the years 1 to 9999, in UTC.";

/** RFC 3339, section 5.6; the seconds may be left out, which people do. */
const spelling =
  /^(?<day>\d{4}-\d\d-\d\d)[Tt ](?<time>\d\d:\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d+))?)?(?<offset>[Zz]|[+-]\d\d:\d\d)?$/;

/** An offset whose + became a space, because the address did not encode it. */
const spacedOffset = /\d \d\d:\d\d$/;

/** Milliseconds since 1970, or why it is no instant. */
type Read = number | string;

/**
 * Reads any RFC 3339 instant, whatever its offset, case, separator and fraction; a fraction is cut at the millisecond.
 * A leap second, which stands at 23:59:60 UTC, is the first second of the next day, as Postgres has it.
 */
function read(text: string): Read {
  const { day, time, second = "00", fraction = "", offset } = spelling.exec(text)?.groups ?? {};
  if (!day) return spacedOffset.test(text) ? lostPlus : format;
  if (!offset) return noOffset;
  const isLeap = second === "60";
  const milliseconds = fraction.slice(0, 3).padEnd(3, "0");
  const local = onCalendar(`${day}T${time}:${isLeap ? "59" : second}.${milliseconds}Z`);
  const shift = shiftOf(offset);
  if (local === undefined || shift === undefined) return noSuch;
  const instant = local - shift;
  if (isLeap && !new Date(instant).toISOString().includes("T23:59:59.")) return noSuch;
  return within(isLeap ? instant + 1000 : instant);
}

/** JavaScript counts the 30th of February on into March; the year 0, which it knows as well, is refused later. */
function onCalendar(utc: string): number | undefined {
  const counted = Date.parse(utc);
  return !Number.isNaN(counted) && new Date(counted).toISOString() === utc ? counted : undefined;
}

/** How far ahead of UTC a clock is, in milliseconds. */
function shiftOf(offset: string): number | undefined {
  if (/^z$/i.test(offset)) return 0;
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

const earliest = Date.parse("0001-01-01T00:00:00.000Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

const within = (instant: number): Read => (instant >= earliest && instant <= latest ? instant : outside);

/**
 * An instant as it may be sent, in any spelling of RFC 3339; read as {@link instant} of `fields.ts`: in UTC, to the
 * millisecond.
 */
export const instantInput = z
  .string()
  .transform(inUtc)
  .meta({ format: "date-time", description: "RFC 3339 instant, with any offset", example: "2030-01-31T12:00:00.000Z" });

function inUtc(text: string, context: z.RefinementCtx): string {
  const found = read(text.trim());
  if (typeof found === "number") return new Date(found).toISOString();
  context.issues.push({ code: "invalid_format", format: "datetime", input: text, message: found });
  return z.NEVER;
}

/** A day of the calendar (`2030-01-31`), or an instant as {@link instantInput} reads it. */
export const dayOrInstantInput = z
  .string()
  .transform((text, context) =>
    /^\d{4}-\d\d-\d\d$/.test(text.trim()) ? aDay(text.trim(), context) : inUtc(text, context),
  )
  .meta({ anyOf: [{ format: "date" }, { format: "date-time" }], example: "2030-01-31" });

function aDay(text: string, context: z.RefinementCtx): string {
  inUtc(`${text}T00:00:00Z`, context);
  return text;
}
