import { and, eq, type SQL } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { tokens } from "#db/schema/tokens.ts";
import { notFound, Refusal } from "#lib/core/errors.ts";
import { tokenColumns, toToken } from "./token.ts";

/**
 * Why a token cannot be changed that was looked for among the live ones: `token_ended` says who or what ended it, and
 * when, as long as that is known; else there is none, `not_found`. `whose` says whose token it has to be.
 */
export async function whyNotLive(tx: Db, id: string, whose: SQL | undefined): Promise<Refusal> {
  const [row] = await tx
    .select(tokenColumns)
    .from(tokens)
    .where(and(eq(tokens.id, id), whose));
  return row ? new Refusal("token_ended", endOf(toToken(row))) : notFound("token");
}

type Ended = Pick<ReturnType<typeof toToken>, "name" | "endedAt" | "endedBy" | "endedReason">;

function endOf({ name, endedAt, endedBy, endedReason }: Ended): string {
  const how =
    endedReason === "revoked" ? `was revoked by ${endedBy ?? "somebody who is gone"}` : ways[endedReason ?? "expired"];
  return `The token ${name} ${how}${endedAt ? ` on ${inWords(endedAt)}` : ""}. It cannot be changed any more.`;
}

const ways = {
  expired: "expired",
  unused: "expired, because it was not used,",
  leaked: "was revoked, because its secret was found in the open,",
  replayed: "was revoked, because an old secret of it was used past its time,",
};

const inWords = (iso: string) =>
  new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(new Date(iso)) +
  " UTC";
