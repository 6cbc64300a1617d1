type Input = Record<string, unknown>;

/** What a form says in the operation's own terms: an end as a day of UTC, nothing where a field was left empty. */
export function fromForm({ expiresAt, formerEnd, remindDays, secret, ...input }: Input): Input {
  return {
    ...input,
    ...(expiresAt !== undefined && { expiresAt: endOf(String(expiresAt), formerEnd) }),
    ...(remindDays !== undefined && { remindDays: remindDays === "" ? null : Number(remindDays) }),
    ...(secret !== undefined && secret !== "" && { secret }),
  };
}

/** An end that was on that day already keeps its hour. */
const endOf = (day: string, former: unknown) =>
  former && day === dayOf(String(former)) ? String(former) : endOfDay(day);

const endOfDay = (day: string) => (/^\d{4}-\d{2}-\d{2}$/.test(day) ? `${day}T23:59:59.000Z` : day || null);

/** The day of an end, as a date field takes it. */
export const dayOf = (instant: string | null) => instant?.slice(0, 10) ?? "";
