import { hash } from "node:crypto";
import { eq } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { administratorsOf } from "#lib/access/administrators.ts";
import { nameForStranger } from "#lib/core/mail/names.ts";
import { queueNotice } from "#lib/core/notice.ts";
import type { RelationKind, Side } from "./relation.ts";

type Proposed = { kind: RelationKind; side: Side; from: string; to: string };

/**
 * Tells the administrators of the account to which a relationship is proposed, where there is such an account; once a
 * day at most, however often it is withdrawn and proposed anew. The other side's own words stand in the portal alone: a
 * mail of ours is no place for them.
 */
export const notifyProposal = (tx: Db, proposed: Proposed): Promise<void> =>
  asSystem(tx, async (tx) => {
    const [from] = await tx.select({ name: accounts.name }).from(accounts).where(eq(accounts.id, proposed.from));
    for (const userId of await administratorsOf(tx, proposed.to))
      await queueNotice(tx, noticeOf(userId, proposed, from?.name ?? ""), idOf(userId, proposed));
  });

const noticeOf = (userId: string, proposed: Proposed, name: string) => ({
  userId,
  event: "relation_proposed" as const,
  subject: `The account ${nameForStranger(name) ?? proposed.from} proposes a relationship`,
  paragraphs: [
    `The account ${inFull(name, proposed.from)} proposes that ${meaning(proposed)}`,
    "Nothing holds until somebody of your account agrees. Do that only if you know of it from elsewhere; a proposal can be declined, and ends by itself after 30 days.",
  ],
  button: { words: "Look at the proposal", path: `/accounts/${proposed.to}/relationships` },
});

/** Whoever proposes is a stranger here: a name that looks like the address of a page is left out. */
const inFull = (name: string, id: string) => (nameForStranger(name) === undefined ? id : `${name} (${id})`);

function meaning({ kind, side }: Proposed): string {
  const isManaging = side === "managing";
  if (kind === "managed") return isManaging ? "it manages yours." : "yours manages it.";
  return isManaging ? "it pays for yours." : "yours pays for it.";
}

/** The same for the same thing on one day, by which the channels drop repeats. */
function idOf(userId: string, { kind, from, to }: Proposed): string {
  const told = JSON.stringify([userId, kind, from, to, new Date().toISOString().slice(0, 10)]);
  const digits = hash("sha256", told);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
