import type { Actor } from "./actor.ts";
import { tooMany } from "./errors.ts";

/**
 * How many calls outside may be under way at once for those who wait for the answer (tests of webhooks and of service
 * credentials), each of which holds a connection for up to 10 seconds.
 */
export const maxConcurrent = { person: 3, account: 10, process: 50 };

type Who = Pick<Actor, "id" | "accountId">;

const shared = globalThis as { latchkeyTries?: Set<Who> };
shared.latchkeyTries ??= new Set();
const running = shared.latchkeyTries;

/**
 * Tries something for a person, unless too much is being tried for them, for their account, or in this process,
 * already.
 */
export async function withSlot<T>({ id, accountId }: Who, attempt: () => Promise<T>): Promise<T> {
  const all = [...running];
  const ofAccount = all.filter((one) => one.accountId === accountId);
  const own = ofAccount.filter((one) => one.id === id);
  const { person, account, process } = maxConcurrent;
  // People of one account whose system is slow must not keep all others out.
  if (own.length >= person || ofAccount.length >= account || all.length >= process) throw tooMany(10, undefined);
  const one = { id, accountId };
  running.add(one);
  try {
    return await attempt();
  } finally {
    running.delete(one);
  }
}
