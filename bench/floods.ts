import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Embedded } from "#db/embedded/start.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { spreadOf } from "./compare.ts";
import { makeDatabase, nameOf, type Seeded, withClient } from "./database.ts";
import type { Traffic } from "./load.ts";
import { startSubject } from "./processes.ts";
import { asStarted, type Rig, settings } from "./rig.ts";
import { atMostRow, type Row } from "./table.ts";

/**
 * People of the flooding company: who holds most, who holds more than there may be, who is refused; and of those with
 * sessions and webhooks who is its administrator, who holds allowances that denials cross, and who holds the same.
 */
const flooder = { bounded: 1, beyond: 2, refused: 3, firstWithHook: 4, administrator: 4, crossing: 5, crossed: 6 };
const people = 20;

/** A user who is read and granted roles, and one of those roles. */
type Crossed = { userId: string; roleId: string };
type Flooded = Seeded & { sessions: string[]; crossed: Crossed };

/**
 * What one customer's floods do to another account's `GET /me`: the 95th percentile during each flood, as so many times
 * that of a quiet time beside it. Both come at a pace of their own, so that what is measured is how much of the server
 * one request of the flood takes.
 */
export async function compareFloods(rig: Rig, postgres: Embedded): Promise<Row[]> {
  const [database, names] = [await makeFlooded(postgres), await openSilentNames()];
  const env = { ...settings(database), DNS_SERVERS: names.server };
  const subject = await startSubject("../server.ts", env, "/api/v1/setup", asStarted);
  try {
    for (const [n, session] of database.sessions.entries()) await setWebhook(subject.port, session, n);
    const rows: Row[] = [];
    for (const [name, flood] of Object.entries(floods(database))) {
      const p95 = async (traffic: Traffic[], seconds: number) =>
        (await rig.load.drive({ port: subject.port, traffic, milliseconds: seconds * 1000 }))[0]?.p95 ?? Number.NaN;
      await p95([victim(database), flood], rig.effort.warmUp);
      const times: number[] = [];
      for (let round = 0; round < rig.effort.rounds; round++) {
        const quiet = await p95([victim(database)], rig.effort.seconds);
        times.push((await p95([victim(database), flood], rig.effort.seconds)) / quiet);
      }
      rows.push(
        atMostRow(`another account's GET /me, p95 during a flood of ${name} / quiet`, spreadOf(times), 1.2, "×", 2),
      );
    }
    return rows;
  } finally {
    await subject.stop();
    names.close();
  }
}

const me = { method: "GET", path: "/api/v1/me", status: 200 };

const victim = ({ secrets }: Seeded): Traffic => ({
  ...me,
  bearers: secrets.slice(0, 1),
  connections: 4,
  perSecond: 100,
});

const floods = ({ secrets, sessions, crossed: { userId, roleId } }: Flooded): Record<string, Traffic> => {
  const session = (person: number) => ({
    bearers: [sessions[person - flooder.firstWithHook] ?? ""],
    connections: 8,
    perSecond: 50,
  });
  const of = (person: number) => ({ bearers: secrets.slice(person, person + 1), connections: 8, perSecond: 50 });
  return {
    "rights (2,000 patterns)": { ...me, ...of(flooder.bounded) },
    "rights (400,000 from before the bound)": { ...me, ...of(flooder.beyond) },
    "reading a user (allowances × denials)": {
      method: "GET",
      path: `/api/v1/users/${userId}`,
      status: 200,
      ...session(flooder.crossing),
    },
    // As many as one credential may change and one account preview in that time.
    "grants (allowances × denials)": {
      method: "PUT",
      path: `/api/v1/users/${userId}/roles/${roleId}`,
      status: 200,
      ...session(flooder.administrator),
      // They wait for one another, since each holds the account.
      connections: 1,
      perSecond: 10,
    },
    "previews (allowances × denials)": {
      method: "GET",
      path: `/api/v1/roles/${roleId}/preview`,
      status: 200,
      ...session(flooder.administrator),
      perSecond: 1,
    },
    refusals: { method: "GET", path: "/api/v1/users", status: 403, ...of(flooder.refused) },
    "names without an answer": {
      method: "POST",
      path: "/api/v1/me/webhook/test",
      bearers: sessions,
      bodies: ["{}"],
      connections: 16,
      perSecond: 50,
    },
  };
};

async function setWebhook(port: number, session: string, n: number) {
  const headers = { authorization: `Bearer ${session}`, "content-type": "application/json" };
  const body = JSON.stringify({ url: `https://silent-${n}.example.org/` });
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/me/webhook`, { method: "PUT", headers, body });
  if (!answer.ok) throw new Error(`setting a webhook: ${answer.status} ${await answer.text()}`);
}

/** A name server that answers nothing. */
async function openSilentNames() {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { server: `127.0.0.1:${socket.address().port}`, close: () => socket.close() };
}

async function makeFlooded(postgres: Embedded): Promise<Flooded> {
  const database = await makeDatabase(postgres, "bench_floods", people);
  const sessions = Array.from({ length: people - flooder.firstWithHook }, () => mintSecret("ses"));
  const crossed = await withClient(database.url, async (client) => {
    await client.query("insert into accounts (id, name) values ('10000002', 'Flood')");
    // The first one is who is flooded: all others are of another company.
    await client.query("delete from user_roles where user_id in (select id from users where username <> $1)", [
      nameOf(0),
    ]);
    await client.query("delete from tokens where user_id in (select id from users where username <> $1)", [nameOf(0)]);
    await client.query("update users set account_id = '10000002' where username <> $1", [nameOf(0)]);
    for (const [person, secret] of database.secrets.slice(1).entries())
      await client.query(
        `insert into tokens (account_id, user_id, name, scopes, secret_hash, last_four, expires_at)
         select account_id, id, 'own', array['Session', 'profile:read'], $2, 'abcd', now() + interval '1 day' from users where username = $1`,
        [nameOf(person + 1), hashSecret(secret)],
      );
    for (const [person, secret] of sessions.entries()) {
      const name = nameOf(person + flooder.firstWithHook);
      await client.query(
        `insert into sessions (account_id, user_id, kind, secret_hash, factors, strong, proven_at, fresh_until, last_seen_at, idle_minutes, expires_at)
         select account_id, id, 'api', $2, array['password'], false, now(), now() + interval '1 hour', now(), 60, now() + interval '1 day'
         from users where username = $1`,
        [name, hashSecret(secret)],
      );
    }
    await inventRoles(client, flooder.bounded, "bounded", 8, 250, 1);
    await inventRoles(client, flooder.beyond, "beyond", 800, 500, 8);
    const roleId = await crossRights(client);
    await client.query("vacuum analyze");
    const { rows } = await client.query("select id from users where username = $1", [nameOf(flooder.crossed)]);
    return { userId: String(rows[0]?.id), roleId };
  });
  return { ...database, sessions, crossed };
}

/** Gives two people the same 990 allowances and 990 denials, each of which crosses each; one of the denying roles. */
async function crossRights(client: Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into roles (account_id, name, permissions)
     select '10000002', 'crossing ' || r, (select jsonb_object_agg(case when r <= 2 then 'aims:own:p' || r || '_' || p || ':*'
       else 'aims:own:*:q' || r || '_' || p end, case when r <= 2 then 'allowed' else 'denied' end)
       from generate_series(1, 495) p) from generate_series(1, 4) r returning id`,
  );
  await client.query(
    "insert into roles (account_id, name, permissions) values ('10000002', 'crossing desk', '{\"aims:own:get:user\": \"allowed\"}')",
  );
  const give = (where: string, person: number) =>
    client.query(
      `insert into user_roles (user_id, role_id) select u.id, r.id from users u, roles r where u.username = $1 and ${where}`,
      [nameOf(person)],
    );
  await give("r.name like 'crossing %'", flooder.crossing);
  await give("r.name like 'crossing %' and r.name <> 'crossing desk'", flooder.crossed);
  await give("r.account_id is null and r.name = 'Administrator'", flooder.administrator);
  return rows.at(-1)?.id ?? "";
}

type Client = Parameters<Parameters<typeof withClient>[1]>[0];

/** Gives a person roles of invented patterns through groups. */
async function inventRoles(
  client: Client,
  person: number,
  word: string,
  roles: number,
  patterns: number,
  groups: number,
) {
  await client.query(
    `insert into roles (account_id, name, permissions)
     select '10000002', $1 || ' ' || r, (select jsonb_object_agg('pro:own:' || $1 || r || ':thing-' || p, 'allowed')
       from generate_series(1, $3::int) p) from generate_series(1, $2::int) r`,
    [word, roles, patterns],
  );
  await client.query(
    "insert into groups (account_id, name) select '10000002', $1 || ' ' || g from generate_series(1, $2::int) g",
    [word, groups],
  );
  await client.query(
    `insert into group_roles (group_id, account_id, role_id) select g.id, g.account_id, r.id
     from (select *, row_number() over () as place from roles where name like $1 || ' %') r
     join (select *, row_number() over () as place from groups where name like $1 || ' %') g on g.place = r.place % $2::int + 1`,
    [word, groups],
  );
  await client.query(
    `insert into group_members (group_id, account_id, user_id) select g.id, g.account_id, u.id
     from groups g, users u where g.name like $1 || ' %' and u.username = $2`,
    [word, nameOf(person)],
  );
}
