import { sql } from "drizzle-orm";
import { transaction } from "#db/client.ts";
import { programOf } from "#lib/core/agents.ts";
import type { Job } from "#lib/core/jobs.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { type DueCredential, dueCredentials, takeDueCredentials } from "./credential-reminders.ts";
import { type Due, dueTokens, noteReminded, tokensOf } from "./due.ts";

/**
 * Reminds people of API tokens and service credentials that are about to end: one digest per person and day, from 8 in
 * the morning where they live, each token once at each step, each credential once when its owner wanted it. The
 * database's clock decides.
 */
export const reminderJob: Job = { name: "token-reminders", schedule: "5 * * * *", work: remindEverybody };

async function remindEverybody(): Promise<void> {
  const rows = await transaction(async (tx) => {
    await tx.execute(sql`set local statement_timeout = '60s'`);
    const due = sql`select user_id from (${dueTokens}) one union select user_id from (${dueCredentials}) other`;
    return (await tx.execute<{ user_id: string }>(due)).rows;
  });
  for (const { user_id } of rows) await remind(user_id);
}

/** One person's digest; whoever is being reminded by another process at this moment is left to it. */
const remind = (userId: string): Promise<void> =>
  transaction(async (tx) => {
    const { rows } = await tx.execute(sql`select 1 from users where id = ${userId} for no key update skip locked`);
    if (rows.length === 0) return;
    const [due, credentials] = [await tokensOf(tx, userId), await takeDueCredentials(tx, userId)];
    const [first] = [...due, ...credentials];
    if (!first) return;
    if (due.length) await noteReminded(tx, due);
    await queueNotice(tx, {
      userId,
      event: "token_expiry",
      subject: subjectOf(due, credentials),
      paragraphs: [
        `Hello ${first.full_name},`,
        ...due.map(sentenceOf),
        ...(due.length ? [advice] : []),
        ...credentials.map(describeDue),
      ],
      button: buttonOf(due),
    });
  });

const advice =
  "Rotate what you still need: the token stays as it is, with a new secret and a later end. Let go of the others. A token that has ended opens nothing any more, and cannot be rotated.";

function buttonOf([first, ...others]: Due[]) {
  if (!first) return { words: "Look at your credentials", path: "/credentials" };
  if (others.length) return { words: "Look at your tokens", path: "/tokens?sort=expires" };
  return { words: "Rotate it, or let it go", path: `/tokens/${first.id}` };
}

function subjectOf(tokens: Due[], credentials: DueCredential[]): string {
  const [first, ...others] = [...tokens, ...credentials];
  if (!first) return "";
  const one = tokens.length ? "token" : "service credential";
  if (others.length === 0) return `Your ${one} ${first.name} ends ${inDays(first.ends_in)}`;
  const all = [tokens.length && "API tokens", credentials.length && "service credentials"].filter(Boolean);
  return `${others.length + 1} of your ${all.join(" and ")} are about to end`;
}

const describeDue = ({ name, system, ends, ends_in }: DueCredential) =>
  `What you keep for ${system} as ${name} ends ${inDays(ends_in)}, on ${ends}. Replace it there, and then here.`;

const sentenceOf = ({ name, last_four, ends, ends_in, ...use }: Due) =>
  `${name} (lk_pat_…${last_four}) ends ${inDays(ends_in)}, on ${ends}. ${lastUse(use)}`;

function inDays(days: number): string {
  if (days <= 0) return "today";
  return days === 1 ? "tomorrow" : `in ${days} days`;
}

function lastUse({
  last_used,
  last_used_address,
  last_used_agent,
}: Pick<Due, "last_used" | "last_used_address" | "last_used_agent">) {
  if (!last_used) return "It was never used.";
  const program = programOf(last_used_agent);
  const by = program ? ` by ${program}` : "";
  const from = last_used_address ? ` from ${last_used_address}` : "";
  return `Last used on ${last_used}${by}${from}.`;
}
