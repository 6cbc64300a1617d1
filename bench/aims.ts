import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { spreadOf } from "./compare.ts";
import { account, nameOf, password, type Seeded, withClient } from "./database.ts";
import type { Traffic } from "./load.ts";
import type { Subject } from "./processes.ts";
import type { Rig } from "./rig.ts";
import { atMostRow, type Row } from "./table.ts";

/**
 * What it takes to list everybody of a large account over AIMS, which has no pages: memory while it goes out, and time.
 */
export async function timeListing(rig: Rig, database: Seeded, people: number): Promise<Row[]> {
  const subject = await rig.portal(database);
  const token = await signIn(subject);
  const once = (query: string) => listEverybody(subject, token, query, people);
  // The first time code is compiled and pools are filled, which later ones do not pay for again.
  await once("");
  const [plain, whole] = [
    await once(""),
    await once("?include_role_ids=true&include_user_credential=true&include_access_keys=true"),
  ];
  return [
    atMostRow(`AIMS list_users of ${people}: RSS growth`, spreadOf([plain.grownMb]), 100, "MB"),
    atMostRow("the same with roles, credentials and keys", spreadOf([whole.grownMb]), 100, "MB"),
    { name: "AIMS list_users: people a second", value: `${plain.perSecond}; whole ${whole.perSecond}`, goal: "–" },
  ];
}

async function signIn({ port }: Subject): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${nameOf(0)}:${password}`).toString("base64")}`;
  const answer = await fetch(`http://127.0.0.1:${port}/aims/v1/authenticate`, {
    method: "POST",
    headers: { authorization },
  });
  const { authentication } = (await answer.json()) as { authentication: { token: string } };
  return authentication.token;
}

async function listEverybody(subject: Subject, token: string, query: string, people: number) {
  const before = (await subject.read()).rssMb;
  const began = performance.now();
  const url = `http://127.0.0.1:${subject.port}/aims/v1/${account}/users${query}`;
  const answer = await fetch(url, { headers: { "x-aims-auth-token": token } });
  let [most, count, parts] = [before, 0, 0];
  const decoder = new TextDecoder();
  for await (const part of answer.body ?? []) {
    count += decoder.decode(part, { stream: true }).split('"linked_users"').length - 1;
    if (parts++ % 100 === 0) most = Math.max(most, (await subject.read()).rssMb);
  }
  const seconds = (performance.now() - began) / 1000;
  // A word that two parts share is not counted; of so many there are few.
  if (count < people * 0.99) throw new Error(`the list of ${people} had ${count} in it`);
  return { grownMb: most - before, perSecond: Math.round(people / seconds) };
}

/** Opens a session of AIMS for everybody who has a token, and has each ask in turn whose it is. */
export async function tokenInfos({ url, secrets }: Seeded): Promise<Traffic> {
  const aimsTokens = secrets.map(() => mintSecret("aim"));
  const text = `insert into sessions (account_id, user_id, secret_hash, kind, factors, idle_minutes, expires_at)
    select u.account_id, u.id, s.hash, 'aims', array['password'], 360, now() + interval '6 hours'
    from unnest($1::text[], $2::bytea[]) as s(username, hash) join users u on u.username = s.username`;
  await withClient(url, (client) =>
    client.query(text, [aimsTokens.map((_, person) => nameOf(person)), aimsTokens.map(hashSecret)]),
  );
  return { method: "GET", path: "/aims/v1/token_info", aimsTokens, connections: 16, status: 200 };
}
