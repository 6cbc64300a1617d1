const listed = Intl.supportedValuesOf("timeZone");
const spelled = new Set(listed);
const inAnyCase = new Set(listed.map((zone) => zone.toLowerCase()));

/**
 * Is it a time zone that the platform knows, as it lists it, or by another of its names, such as `UTC` and
 * `US/Pacific`?
 */
export function isZone(zone: string): boolean {
  if (spelled.has(zone)) return true;
  return !inAnyCase.has(zone.toLowerCase()) && isTaken(zone);
}

function isTaken(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}
