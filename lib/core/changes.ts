import { env } from "#lib/env.ts";
import type { Actor } from "./actor.ts";
import { tooMany } from "./errors.ts";
import { type Budget, inFull, type Remaining, takeMany } from "./limits.ts";
import { covers, permissionOf } from "./permissions.ts";

type Holder = Pick<Actor, "credential" | "limits">;

/**
 * Of a credential's changes in the minute that ends at `until`: what this process may still hand out, and what is left beside
 * that, below 0 once more was asked for.
 */
type Taken = { until: number; here: number; beside: number; taking?: Promise<void> };

/** Of what is left, this part is taken at once: few changes wait for the count, and the last ones are counted one by one. */
const part = 1 / 20;
/** So many credentials are known at one time before those whose minute is over are forgotten. */
const most = 10_000;

const shared = globalThis as { latchkeyChanges?: Map<string, Taken> };

/**
 * Takes one change of what a credential has in a minute, counted for all replicas together: more than that many never
 * happen. Refuses when none is left, without asking the database again before the minute is over.
 */
export async function spendChange(holder: Holder): Promise<Remaining> {
  const budget = changesBudget(holder);
  const { id } = holder.credential;
  const taken = takenOf(id);
  while (taken.here === 0 || isOver(taken)) {
    if (taken.beside < 0 && !isOver(taken)) throw tooMany(secondsLeft(taken), inFull(budget));
    taken.taking ??= takePart(taken, budget, id);
    await taken.taking;
  }
  taken.here -= 1;
  return { ...inFull(budget), left: taken.here + taken.beside, reset: secondsLeft(taken) };
}

async function takePart(taken: Taken, budget: Budget, id: string): Promise<void> {
  try {
    const points = isOver(taken) ? 1 : Math.max(1, Math.floor(taken.beside * part));
    const { left, until } = await takeMany(budget, id, points);
    Object.assign(taken, { here: left < 0 ? 0 : points, beside: left, until });
  } finally {
    taken.taking = undefined;
  }
}

const isOver = ({ until }: Taken) => until <= Date.now();
const secondsLeft = ({ until }: Taken) => Math.max(1, Math.ceil((until - Date.now()) / 1000));

/** How many changes a minute are a credential's, be they refused or not. */
const changesBudget = (holder: Holder): Budget =>
  isProvisioning(holder)
    ? { name: "changes_provisioning", points: env().PROVISIONING_CHANGES_PER_MINUTE, seconds: 60 }
    : { name: "changes", points: env().CHANGES_PER_MINUTE, seconds: 60 };

/** Does a directory or another system look after many people with it? See docs/decisions/0002-changes-a-minute.md. */
function isProvisioning({ credential, limits }: Holder): boolean {
  if (credential.kind === "api_user") return true;
  if (credential.kind === "session") return credential.aims?.byKey ?? false;
  return limits?.some((pattern) => covers(pattern, makingUsers)) ?? false;
}

const makingUsers = permissionOf("create:user");

function takenOf(id: string): Taken {
  shared.latchkeyChanges ??= new Map();
  const all = shared.latchkeyChanges;
  if (all.size >= most && !all.has(id)) for (const [key, one] of all) if (isOver(one)) all.delete(key);
  const taken = all.get(id) ?? { until: 0, here: 0, beside: 0 };
  all.set(id, taken);
  return taken;
}
