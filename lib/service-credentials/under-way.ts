import { tooMany } from "#lib/core/errors.ts";

/** How many tries may be under way at once, each of which holds a connection for up to 10 seconds. */
export const mostUnderWay = { person: 3, process: 50 };

const shared = globalThis as { latchkeyTries?: Map<string, number> };
shared.latchkeyTries ??= new Map();
const underWay = shared.latchkeyTries;

/** Tries something for a person, unless too much is being tried for them, or in this process, already. */
export async function oneOfFew<T>(personId: string, attempt: () => Promise<T>): Promise<T> {
  const own = underWay.get(personId) ?? 0;
  const all = [...underWay.values()].reduce((sum, count) => sum + count, 0);
  if (own >= mostUnderWay.person || all >= mostUnderWay.process) throw tooMany(10, undefined);
  underWay.set(personId, own + 1);
  try {
    return await attempt();
  } finally {
    const left = (underWay.get(personId) ?? 1) - 1;
    if (left) underWay.set(personId, left);
    else underWay.delete(personId);
  }
}
