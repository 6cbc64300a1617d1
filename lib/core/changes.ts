import { env } from "#lib/env.ts";
import type { Actor } from "./actor.ts";
import { tooMany } from "./errors.ts";
import { type Budget, inFull, type Remaining, takeMany } from "./limits.ts";
import { covers, permissionOf } from "./permissions.ts";

type Holder = Pick<Actor, "id" | "credential" | "limits" | "impersonator">;

/**
 * Of a budget's changes in the minute that ends at `until`: what this process may still hand out, and what was left
 * beside that when it last asked.
 */
type Reservation = { until: number; here: number; beside: number; taking?: Promise<void> };

/**
 * Of what is left, this part is taken at once: few changes wait for the count, and the last ones are counted one by
 * one.
 */
const part = 1 / 20;
/** So many budgets are known at one time before those whose minute is over are forgotten. */
const maxHolders = 20_000;
/** A person has as many changes as so many credentials: making more of those makes no more changes. */
const credentialsWorth = 2;

const shared = globalThis as { latchkeyChanges?: Map<string, Reservation> };

/**
 * Takes one change of what a credential has in a minute, and of what its holder has with all of them, counted for all
 * replicas together: more than that many never happen. Refuses when none is left, without asking the database again
 * before the minute is over. Answers what is left of the one that has less. What `endsOwn` takes nothing from the
 * holder's: a thief's credentials do not keep their owner from ending them.
 */
export const spendChange = (holder: Holder, { endsOwn }: { endsOwn?: true } = {}): Promise<Remaining> =>
  endsOwn ? take(changesBudget(holder), holder.credential.id, 1) : spendChanges(holder, 1);

/**
 * Takes what an operation changes beyond the one change that was taken for the attempt. One that changes more than a
 * minute has takes the whole of a minute; one that finds too little takes nothing.
 */
export async function spendFurther(holder: Holder, changes: number): Promise<Remaining | undefined> {
  const further = Math.min(changes, inFull(changesBudget(holder)).limit) - 1;
  return further > 0 ? spendChanges(holder, further) : undefined;
}

/**
 * The credential first: what is refused to one that runs wild takes nothing from the others. It gets back what its
 * holder has too few for.
 */
async function spendChanges(holder: Holder, count: number): Promise<Remaining> {
  const budget = changesBudget(holder);
  const ofCredential = await take(budget, holder.credential.id, count);
  const { until } = takenOf(holder.credential.id);
  const { id } = holder.impersonator ?? holder;
  try {
    const ofHolder = await take(holdersBudget(budget), `${budget.name} ${id}`, count);
    return ofHolder.left < ofCredential.left ? ofHolder : ofCredential;
  } catch (refusal) {
    giveBack(takenOf(holder.credential.id), count, until);
    throw refusal;
  }
}

/** Only in the minute that it was taken in: the next one has as many as it is to have. */
function giveBack(taken: Reservation, count: number, until: number): void {
  if (isSameMinute(taken, until)) taken.here += count;
}

async function take(budget: Budget, key: string, count: number): Promise<Remaining> {
  const taken = takenOf(key);
  while (taken.here < count || isOver(taken)) {
    if (!isOver(taken) && taken.here + taken.beside < count) throw tooMany(secondsLeft(taken), inFull(budget));
    taken.taking ??= takePart(taken, budget, key, count);
    await taken.taking;
  }
  taken.here -= count;
  return { ...inFull(budget), left: taken.here + taken.beside, reset: secondsLeft(taken) };
}

/** In a new minute it is first found out what is left, so that too many are refused without taking what is there. */
async function takePart(taken: Reservation, budget: Budget, key: string, count: number): Promise<void> {
  try {
    const points = isOver(taken) ? 1 : Math.max(count - taken.here, Math.floor(taken.beside * part));
    const { left, until } = await takeMany(budget, key, points);
    const kept = isSameMinute(taken, until) ? taken.here : 0;
    Object.assign(taken, { here: left < 0 ? kept : kept + points, beside: Math.max(0, left), until });
  } finally {
    taken.taking = undefined;
  }
}

/** The end of a minute is told anew with each count, a little later or earlier each time. */
const isSameMinute = (taken: Reservation, until: number) => Math.abs(until - taken.until) <= 1000;
const isOver = ({ until }: Reservation) => until <= Date.now();
const secondsLeft = ({ until }: Reservation) => Math.max(1, Math.ceil((until - Date.now()) / 1000));

/** How many changes a minute are a credential's, be they refused or not. */
const changesBudget = (holder: Holder): Budget =>
  isProvisioning(holder)
    ? { name: "changes_provisioning", points: env().PROVISIONING_CHANGES_PER_MINUTE, seconds: 60 }
    : { name: "changes", points: env().CHANGES_PER_MINUTE, seconds: 60 };

/** How many are those of one holder's credentials of a kind together. */
const holdersBudget = ({ name, points, seconds }: Budget): Budget => ({
  name: `${name}_in_all`,
  points: points * credentialsWorth,
  seconds,
});

/** Does a directory or another system look after many people with it? See docs/decisions/0002-changes-a-minute.md. */
function isProvisioning({ credential, limits }: Pick<Holder, "credential" | "limits">): boolean {
  if (credential.kind === "api_user") return true;
  if (credential.kind === "session") return credential.aims?.byKey ?? false;
  return limits?.some((pattern) => covers(pattern, makingUsers)) ?? false;
}

const makingUsers = permissionOf("create:user");

function takenOf(id: string): Reservation {
  shared.latchkeyChanges ??= new Map();
  const all = shared.latchkeyChanges;
  if (all.size >= maxHolders && !all.has(id)) for (const [key, one] of all) if (isOver(one)) all.delete(key);
  const taken = all.get(id) ?? { until: 0, here: 0, beside: 0 };
  all.set(id, taken);
  return taken;
}
