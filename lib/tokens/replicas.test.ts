import { beforeAll, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { updateUser } from "#lib/people/users/update.ts";
import { type Cast, openStage, type Person, person } from "#tests/cast.ts";
import { asPerson, bearer, tokenOf } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { startReplica } from "#tests/replica.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { revokePrevious } from "./previous-secrets.ts";
import { revokeToken } from "./revoke.ts";
import { rotateToken } from "./rotate.ts";
import { updateToken } from "./update.ts";

let cast: Cast;
let replicas: TestApi[];

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "100000" });
  replicas = [await openTestApi(), await startReplica(cast.url)];
});

const lanes = 4;

/** A way to take something away from a token: what is asked for, and what takes it away and gives it back. */
type Trial = { secret: string; path: string; take(): Promise<unknown>; giveBack?(): Promise<unknown> };

const [here, elsewhere] = ["127.0.0.1", "198.51.100.7"];

const of = async (who: Person, allowedAddresses: string[] = []) => {
  const caller = await asPerson(who);
  return { caller, ...(await tokenOf(who, ["profile:read", "Tasks"], { allowedAddresses })) };
};

const kinds: Record<string, (who: Person) => Promise<Trial>> = {
  "a revoked token": async (who) => {
    const { id, secret, caller } = await of(who);
    return { secret, path: "/tokens/verify", take: () => execute(revokeToken, caller, { id }) };
  },
  "a narrowed scope": async (who) => {
    const { id, secret, caller } = await of(who);
    const set = (scopes: string[]) => execute(updateToken, caller, { id, scopes });
    return { secret, path: "/me", take: () => set(["Tasks"]), giveBack: () => set(["profile:read", "Tasks"]) };
  },
  "a removed address": async (who) => {
    const { id, secret, caller } = await of(who, [here, elsewhere]);
    const set = (allowedAddresses: string[]) => execute(updateToken, caller, { id, allowedAddresses });
    return { secret, path: "/me", take: () => set([elsewhere]), giveBack: () => set([here, elsewhere]) };
  },
  "a disabled owner": async (who) => {
    const { secret } = await of(who);
    const ada = await asPerson(cast.ada);
    const set = (active: boolean) => execute(updateUser, ada, { userId: who.id, active });
    return { secret, path: "/me", take: () => set(false), giveBack: () => set(true) };
  },
  "a former secret that was ended": async (who) => {
    const { id, secret, caller } = await of(who);
    await execute(rotateToken, caller, { id, overlap: "7d" });
    return { secret, path: "/me", take: () => execute(revokePrevious, caller, { id }) };
  },
};

const changes = rounds(1000);

/** Trials of one kind: what opened on both processes is taken away, and asked for on both at once. */
async function run(make: (who: Person) => Promise<Trial>, times: number): Promise<number[]> {
  const answers: number[] = [];
  const who = await person(cast.here, ["Member"]);
  let trial: Trial | undefined;
  for (let n = 0; n < times; n++) {
    trial = trial?.giveBack ? trial : await make(who);
    const { secret, path, take, giveBack } = trial;
    const ask = () =>
      Promise.all(
        replicas.map(async (api) => (await api.request(`/api/v1${path}`, { headers: bearer(secret) })).status),
      );
    expect(await ask()).toEqual([200, 200]);
    await take();
    answers.push(...(await ask()));
    await giveBack?.();
  }
  return answers;
}

test.each(Object.entries(kinds))("%s is refused on the next request, on two processes, each time", async (_, make) => {
  const answers = await Promise.all(Array.from({ length: lanes }, () => run(make, changes / lanes)));
  expect(answers.flat()).toHaveLength(2 * changes);
  expect(answers.flat().filter((status) => status === 200)).toEqual([]);
});
