/** How long a token may live in this account. */
export type Policy = { tokenMaxDays: number; tokensMayLiveForever: boolean };

/** What can be chosen as an end: so many days, "custom", "never". */
type ExpiryOffer = { value: string; label: string };

/** The end that stands chosen; `instant` (ISO) goes with "custom". */
export type Expiry = { choice: string; instant?: string };

export const day = 86_400_000;
const usual = 30;
const presets = [7, 30, 60, 90, 365];

/** The ends that an account offers; the longest preset is what its policy allows. */
export function offersFor({ tokenMaxDays, tokensMayLiveForever }: Policy): ExpiryOffer[] {
  const days = new Set([...presets, tokenMaxDays].filter((count) => count <= tokenMaxDays));
  const counted = [...days].sort((a, b) => a - b).map((count) => ({ value: String(count), label: inWords(count) }));
  const never = tokensMayLiveForever ? [{ value: "never", label: "Never" }] : [];
  return [...counted, { value: "custom", label: "Custom" }, ...never];
}

const inWords = (days: number) => (days === 365 ? "1 year" : days === 1 ? "1 day" : `${days} days`);

/** The end that stands chosen at first: 30 days, or less where the policy says so. */
export const usualExpiry = ({ tokenMaxDays }: Policy): Expiry => ({ choice: String(Math.min(usual, tokenMaxDays)) });

/** So many days as a choice: a preset where there is one, else a date of its own. */
export function expiryOf(days: number, policy: Policy, now = Date.now()): Expiry {
  const isOffered = offersFor(policy).some(({ value }) => value === String(days));
  return isOffered ? { choice: String(days) } : { choice: "custom", instant: new Date(now + days * day).toISOString() };
}

/** The instant a choice comes to: ISO; null for never; undefined while it is none. */
export function endOf({ choice, instant }: Expiry, now = Date.now()): string | null | undefined {
  if (choice === "never") return null;
  if (/^\d{1,4}$/.test(choice)) return new Date(now + Number(choice) * day).toISOString();
  return instant && !Number.isNaN(Date.parse(instant)) ? new Date(instant).toISOString() : undefined;
}

/**
 * What was chosen, as an instant: in the browser's own zone where it `said` one, else in UTC, as it was typed. No
 * instant at all is empty.
 */
export function instantOf(choice: unknown, said: unknown, typed: unknown): string | null {
  const instant = endOf({ choice: String(choice), instant: String(said || `${typed}Z`) });
  return instant === undefined ? "" : instant;
}
