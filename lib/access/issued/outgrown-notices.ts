import { sql } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { administratorsOf } from "../administrators.ts";
import type { Grantor } from "../granting/grant-rules.ts";
import type { Issued } from "./issued-credentials.ts";

/**
 * Tells whom it concerns that secrets open more than their makers could give, and go on: the administrators of the
 * account where they are, twenty at most, who made them, and whose access keys they are. Whoever did it is told as
 * well: a program that acts for them shows them nothing.
 */
export const tellOutgrown = (by: Grantor, issued: Issued[]): Promise<void> =>
  asSystem(by.tx, async (tx) => {
    for (const accountId of new Set(issued.map((one) => one.accountId)))
      await tellIn(
        { ...by, tx },
        accountId,
        issued.filter((one) => one.accountId === accountId),
      );
  });

async function tellIn(by: Grantor, accountId: string, issued: Issued[]): Promise<void> {
  const administrators = new Set(await administratorsOf(by.tx, accountId));
  const concerned = issued.flatMap(({ makerId, holderId }) => (makerId ? [makerId, holderId] : [holderId]));
  for (const user of await nearbyAmong(by.tx, accountId, [...administrators, ...concerned])) {
    const isTheirs = ({ makerId, holderId }: Issued) => [makerId, holderId].includes(user.id);
    const theirs = administrators.has(user.id) ? issued : issued.filter(isTheirs);
    await queueNotice(by.tx, noticeOf(by, theirs, user.id, pathFor(user, accountId, theirs)));
  }
}

type Nearby = { id: string; accountId: string };

/** Those of them who are people of the account, or of one that manages it: nobody else is told anything of it. */
async function nearbyAmong(tx: Db, accountId: string, ids: string[]): Promise<Nearby[]> {
  const { rows } = await tx.execute<Nearby>(sql`
    select u.id, u.account_id as "accountId" from users u
    where u.id = any(${sql.param(ids)}::uuid[]) and u.active and (u.account_id = ${accountId} or exists (
      select from account_relations r
      where r.kind = 'managed' and r.managing_id = u.account_id and r.managed_id = ${accountId}))
    order by u.id`);
  return rows;
}

const noticeOf = ({ actor }: Grantor, issued: Issued[], userId: string, path: string): Notice => ({
  userId,
  event: "secret_outgrown",
  subject: "Secrets made by somebody with fewer rights",
  paragraphs: [
    `By a change of ${actor.username}, ${inWords(issued)} may do more than whoever made ${issued.length === 1 ? "it" : "them"} could give. Programs go on signing in with ${issued.length === 1 ? "it" : "them"}.`,
    "Whoever made such a secret may have kept it. Have a new one made by somebody who holds as much as it opens, change the program over, and end the old one.",
  ],
  button: { words: "Review the secrets", path },
});

const maxNamed = 5;

function inWords(issued: Issued[]): string {
  const named = issued.slice(0, maxNamed).map(describe);
  const others = issued.length - named.length;
  return [...named, ...(others ? [`${others} more`] : [])].join(", ");
}

const describe = ({ kind, id, name }: Issued) =>
  kind === "access_key" ? `the access key ${name || id}` : `a secret of the API user ${name}`;

/** Where they are seen best: one's own keys, a person's, or the API users. */
function pathFor(user: Nearby, accountId: string, issued: Issued[]): string {
  const inAccount = user.accountId === accountId ? "" : `?account=${accountId}`;
  if (issued.every(({ holderId }) => holderId === user.id)) return "/access-keys";
  const [first] = issued.filter(({ kind }) => kind === "access_key");
  return first && issued.every(({ kind }) => kind === "access_key")
    ? `/users/${first.holderId}${inAccount}`
    : `/api-users${inAccount}`;
}
