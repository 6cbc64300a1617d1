import { randomUUID } from "node:crypto";
import { type Person, person } from "./cast.ts";
import type { Sample } from "./samples.ts";

const nothing = { input: async () => ({}) };

const colleagueOf = async ({ accountId }: Person) => ({ userId: (await person(accountId, ["Member"])).id });

/** Samples of what administrators do about users. */
export const userSamples: Record<string, Sample> = {
  "users.list": nothing,
  "users.find": { input: async ({ username }) => ({ username }) },
  "users.get": { input: colleagueOf },
  "users.create": { input: async () => ({ fullName: "Fay Osei", email: `fay-${randomUUID()}@example.org` }) },
  "users.update": { input: async (who) => ({ ...(await colleagueOf(who)), fullName: "Somebody Else" }) },
  "users.delete": { input: colleagueOf },
};
