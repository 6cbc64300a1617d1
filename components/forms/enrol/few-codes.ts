import type { FactorOverview } from "#lib/sign-in/factors/overview.ts";

const warnBelow = 3;

/** How many recovery codes are left, and whether it is time for new ones. */
export function fewCodes({ recoveryCodes }: Pick<FactorOverview, "recoveryCodes">) {
  const left = recoveryCodes.filter(({ usedAt }) => !usedAt).length;
  return { left, isFew: left <= warnBelow };
}

/** Does somebody have a second factor that works? */
export const hasFactor = ({ authenticators, passkeys }: Pick<FactorOverview, "authenticators" | "passkeys">) =>
  authenticators.length + passkeys.length > 0;
