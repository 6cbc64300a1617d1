import type { Caller } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { canonicalAddress } from "#lib/core/limit-keys.ts";
import { type Budget, rejectIfSpent, settle, spend } from "#lib/core/limits.ts";

/** How many wrong guesses one secret of a person bears: from one source, and from all sources that nobody knows. */
type Guard = { source: Budget; person: Budget };

/**
 * Wrong passwords (ASVS 6.3.1). Counted for the person and the source together, so that nobody can make somebody else
 * wait; what many sources guess together stops after a hundred in a row. After the fourth from one source the next is
 * looked at a few seconds later; after the tenth, much later.
 */
export const passwordGuard: Guard = {
  source: { name: "password", points: 10, seconds: 900, growing: true, free: 3 },
  person: { name: "password_person", points: 100, seconds: 3600 },
};

/** Wrong codes of a second factor, by whoever has the password already. */
export const codeGuard: Guard = {
  source: { name: "code", points: 5, seconds: 900, growing: true },
  // In a row, however long it takes: who gets here has the password. A success or a reset by mail begins anew.
  person: { name: "code_person", points: 100, seconds: 30 * 86_400 },
};

/** Wrong guesses from one address or /64 network, whoever they were for. */
const addressBudget: Budget = { name: "password_address", points: 30, seconds: 900, growing: true };

/** Where a guess comes from: a browser that the person has signed in with before, or an address. */
export type Source = Pick<Caller, "address"> & { deviceId?: string };

/**
 * Pays for one guess, before it is checked; one that comes too soon after others is refused and counts for nothing.
 * `who` is the person's id, or the name as typed when nobody has it: both are counted alike, so that the wait tells
 * nothing. A known device has a budget of its own, and no share in others'.
 */
export async function guess(guard: Guard, who: string, source: Source): Promise<void> {
  if (source.deviceId) return void (await spend(guard.source, attemptKey(who, source)));
  const address = canonicalAddress(source.address);
  // First, so that an address whose guesses are refused leaves no count for each name that it makes up.
  await rejectIfSpent(addressBudget, address);
  await spend(guard.source, attemptKey(who, source));
  await Promise.all([spend(guard.person, who), spend(addressBudget, address)]);
}

/**
 * The guess was right: the counts begin anew, and the address gets this one back. Answers how many were wrong before.
 */
export async function attemptSucceeded(guard: Guard, who: string, source: Source): Promise<number> {
  const own = { budget: guard.source, key: attemptKey(who, source) };
  const spent = await settle(
    [own, { budget: guard.person, key: who }],
    source.deviceId ? undefined : { budget: addressBudget, key: canonicalAddress(source.address) },
  );
  return Math.max(0, spent - 1);
}

/**
 * The guess was right, and the sign-in is refused all the same: it stays counted as a wrong one does, so that asking
 * again comes to an end. The address gets it back: others who sign in there have no share in it.
 */
export async function countFailedAttempt({ deviceId, address }: Source): Promise<void> {
  if (!deviceId) await settle([], { budget: addressBudget, key: canonicalAddress(address) });
}

/**
 * Forgives every wrong guess at a person's secrets, and the sign-ins that succeeded: they have proven themselves in
 * another way, and what let others in until then does no more.
 */
export const clearAttempts = (who: string) =>
  settle([
    ...[passwordGuard, codeGuard].map(({ person }) => ({ budget: person, key: who })),
    ...ways.map((way) => ({ budget: signIns, key: `${who} ${way}` })),
  ]);

/**
 * Sign-ins that succeed, of one person in one way, for each leaves rows that nobody can delete: enough for programs
 * that sign in for every run. API users do so more often.
 */
const signIns: Budget = { name: "sign_ins", points: 300, seconds: 1800 };
/** Beyond those, so many with what somebody who merely knows the password has not: each known browser, and passkeys. */
const provenSignIns: Budget = { name: "sign_ins_proven", points: 30, seconds: 1800 };
const apiUserSignIns: Budget = { name: "sign_ins_api_user", points: 1500, seconds: 1800 };

const ways = ["browser", "api", "aims"] as const;

/** What a sign-in gives: a session of the pages, one of a program, or one of AIMS. */
export type Way = (typeof ways)[number];

type Holder = { id: string; accountId: string };

/**
 * Takes one of the sign-ins of a person in one way: a program that runs wild leaves its owner the browser. Where those
 * are spent, it takes one of those with `proof`: a browser known before, or a passkey. Whoever knows a password keeps
 * its owner from neither.
 */
export async function spendSignIn(who: Holder, way: Way, proof?: string): Promise<void> {
  const taken = spendAbout(signIns, `${who.id} ${way}`, who);
  await (proof ? taken.catch(() => spendAbout(provenSignIns, `${who.id} ${proof}`, who)) : taken);
}

/** Takes one of the right passwords of a person from one source, which may open nothing. */
export const spendRightPassword = (who: Holder, source: Source): Promise<void> =>
  spendAbout(signIns, `${who.id} ${attemptKey("password", source)}`, who);

/** Takes one of the sign-ins of an API user. */
export const spendApiUserSignIn = (who: Holder): Promise<void> => spendAbout(apiUserSignIns, who.id, who);

/** Is refused on the record of whom it is about: nobody is signed in yet. */
async function spendAbout(budget: Budget, key: string, { id, accountId }: Holder): Promise<void> {
  try {
    await spend(budget, key);
  } catch (refusal) {
    throw refusal instanceof Refusal ? Object.assign(refusal, { about: { id, accountId } }) : refusal;
  }
}

/** Where a guess comes from, in words of its own for each person. */
const attemptKey = (who: string, { deviceId, address }: Source) =>
  deviceId ? `${who} device ${deviceId}` : `${who} ${canonicalAddress(address)}`;
