import type { Person } from "./cast.ts";
import type { Sample } from "./samples.ts";

const own = async ({ accountId }: Person) => ({ accountId });

/** What to ask the operations about accounts with. */
export const accountSamples: Record<string, Sample> = {
  "accounts.list": { input: async () => ({}) },
  "accounts.get": { input: own },
  "accounts.update": { input: async (person) => ({ ...(await own(person)), mfaGraceDays: 3 }) },
};
