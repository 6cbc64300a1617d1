import type { Embedded } from "#db/embedded/start.ts";
import { decide, type Grant } from "#lib/core/permissions.ts";
import { type Effort, spreadOf } from "./compare.ts";
import { makeDatabase, nameOf, type Seeded, withClient } from "./database.ts";
import type { Rig } from "./rig.ts";
import { type Row, ratioRow } from "./table.ts";

const counts = [1, 10, 100];
const resources = Array.from({ length: 20 }, (_, n) => `thing${n}`);

/** A role that allows twenty things; the wanted one is in the last role alone, so that all are read. */
const role = (n: number, last: boolean): Grant => ({
  role: `Role ${n}`,
  permissions: Object.fromEntries(
    resources.map((resource) => [`aims:own:${last && resource === "thing19" ? "get" : "list"}:${resource}`, "allowed"]),
  ),
});

const grantsOf = (count: number) => Array.from({ length: count }, (_, n) => role(n, n === count - 1));

/** What one decision costs when nothing of it is remembered: the worst case, the last pattern of the last role. */
export function timeDecisions({ rounds }: Effort): Row[] {
  return counts.map((count) => {
    const grants = grantsOf(count);
    const times = Array.from({ length: rounds }, () => timeOne(grants));
    const { median, least, most } = spreadOf(times);
    const value = `${median.toFixed(1)} [${least.toFixed(1)}–${most.toFixed(1)}] µs`;
    return { name: `decide one permission anew, ${count} roles of 20 patterns`, value, goal: "–" };
  });
}

const decisions = 2000;

function timeOne(grants: Grant[]): number {
  const began = performance.now();
  for (let n = 0; n < decisions; n++)
    if (!decide(grants, null, "aims:own:get:thing19").allowed) throw new Error("denied");
  return ((performance.now() - began) * 1000) / decisions;
}

/** Three people with a token each; they hold 1, 10 and 100 roles. */
export async function makeHolders(postgres: Embedded): Promise<Seeded> {
  const database = await makeDatabase(postgres, "bench_holders", counts.length);
  await withClient(database.url, async (client) => {
    await client.query("insert into roles (name, permissions) select 'Role ' || n, $1 from generate_series(1, 99) n", [
      JSON.stringify(role(0, false).permissions),
    ]);
    for (const [person, count] of counts.entries())
      await client.query(
        `insert into user_roles (user_id, role_id) select u.id, r.id from users u,
           (select id from roles where name like 'Role %' order by name limit $2) r where u.username = $1`,
        [nameOf(person), count - 1],
      );
    await client.query("vacuum analyze");
  });
  return database;
}

/** Verifying a token of somebody who holds many roles, beside somebody who holds one. */
export async function compareHolders(rig: Rig, database: Seeded): Promise<Row[]> {
  const subject = await rig.portal(database);
  const of = (person: number) => [
    {
      method: "GET",
      path: "/api/v1/tokens/verify",
      bearers: database.secrets.slice(person, person + 1),
      connections: 16,
      status: 200,
    },
  ];
  const rows: Row[] = [];
  for (const person of [1, 2]) {
    const comparison = await rig.compare(subject, subject, of(person), of(0));
    rows.push(ratioRow(`verify a token: holder of ${counts[person]} roles / of one`, comparison));
  }
  return rows;
}
