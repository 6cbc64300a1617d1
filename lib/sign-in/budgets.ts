import { type Budget, canonicalAddress, settle, spend } from "#lib/core/limits.ts";

/** Wrong passwords for one person (or one name nobody has): ASVS 6.3.1. */
export const passwordBudget: Budget = { name: "password", points: 10, seconds: 900, growing: true };

/** Wrong passwords from one address or /64 network, whoever they were for. */
export const addressBudget: Budget = { name: "password_address", points: 30, seconds: 900, growing: true };

/**
 * Pays for one guess at a password, before it is checked. `who` is the person's id, or the name as typed when
 * nobody has it: both are counted alike, so that the wait tells nothing.
 */
export async function guess(who: string, address: string): Promise<void> {
  await spend(addressBudget, canonicalAddress(address));
  await spend(passwordBudget, who);
}

/** The guess was right: the person's count begins anew, and the address gets this one back. */
export async function guessedRight(who: string, address: string): Promise<void> {
  await settle({ budget: passwordBudget, key: who }, { budget: addressBudget, key: canonicalAddress(address) });
}
