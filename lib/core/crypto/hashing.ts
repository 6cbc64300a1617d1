import { availableParallelism } from "node:os";
import { hash as argon2, type Options, verify } from "@node-rs/argon2";
import { unavailable } from "../errors.ts";

/** argon2id (the library's default variant), 19 MiB, two passes: OWASP Password Storage, ASVS 11.4.2. */
const cost: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** What an unknown person's password is compared with, so that the answer takes as long as for a known one. */
const DUMMY_HASH = "$argon2id$v=19$m=19456,t=2,p=1$RboWLB9bnaxEtdbzGYn9CA$CLmp4i9CBWp3bxHr2ESkaWyKj1PpMNAChq/a4Ec9nVQ";

const places = availableParallelism();
const longestQueue = 200;
const shared = globalThis as { latchkeyHashing?: { busy: number; waiting: (() => void)[] } };

/** Hashes a password to a PHC string. */
export const hashPassword = (password: string): Promise<string> => inTurn(() => argon2(password, cost));

/** Is this the password of the hash? Takes the same time when there is no hash, and says no. */
export async function isPassword(hash: string | null | undefined, password: string): Promise<boolean> {
  const fits = await inTurn(() => verify(hash ?? DUMMY_HASH, password));
  return fits && typeof hash === "string";
}

/** Was this hash made with less work than a new one would be? */
export const isOutdated = (hash: string): boolean => !hash.startsWith("$argon2id$v=19$m=19456,t=2,p=1$");

/**
 * Runs expensive work, as many at a time as there are cores: more would only starve everything else of them.
 * A queue that is too long is refused at once.
 */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  shared.latchkeyHashing ??= { busy: 0, waiting: [] };
  const gate = shared.latchkeyHashing;
  if (gate.waiting.length >= longestQueue) throw unavailable();
  if (gate.busy >= places) await new Promise<void>((resolve) => gate.waiting.push(resolve));
  else gate.busy++;
  try {
    return await work();
  } finally {
    const next = gate.waiting.shift();
    if (next) next();
    else gate.busy--;
  }
}
