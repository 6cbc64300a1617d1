import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { tokens } from "#db/schema/tokens.ts";
import { users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { programOf } from "#lib/core/agents.ts";
import { notFound } from "#lib/core/errors.ts";
import { instant, wire } from "#lib/core/fields.ts";

/** How a token stands, most urgent first; one word each. */
export const tokenStatuses = [
  "revoked",
  "expired",
  "not_started",
  "expiring_today",
  "expires_soon",
  "rotating",
  "never_used",
  "unused",
  "active",
] as const;

const replacedSecret = z.object({
  preview: z.string().meta({ description: "How it begins and ends", example: "lk_pat_…9Zkd" }),
  replacedAt: instant,
  endsAt: instant.nullable().meta({ description: "When it opens nothing any more; null: not by itself" }),
  untilFirstUse: z.boolean().meta({ description: "It ends before that when the secret after it is first used" }),
  lastUsedAt: instant.nullable(),
  lastUsedAddress: z.string().nullable(),
});

/** A token as it may be seen again: never its secret. */
export const wireToken = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  preview: z.string().meta({ description: "How the secret begins and ends", example: "lk_pat_…x3Fq" }),
  scopes: z.array(z.string()),
  status: z.enum(tokenStatuses),
  live: z.boolean().meta({ description: "Does it still open anything?" }),
  createdAt: instant,
  createdBy: z.object({ username: z.string(), byToken: z.uuid().nullable() }),
  startsAt: instant.nullable().meta({ description: "It opens nothing before; null: from the start" }),
  expiresAt: instant.nullable().meta({ description: "null: never" }),
  rotatedAt: instant
    .nullable()
    .meta({ description: "When it was given its present secret; null: it has its first one" }),
  replaced: z.array(replacedSecret).meta({ description: "Former secrets that still open it, newest first" }),
  retrievable: z.boolean().meta({ description: "Can its secret be copied again?" }),
  allowedAddresses: z.array(z.string()).meta({ description: "Networks it may be used from; none: from everywhere" }),
  addressMode: z.enum(["enforce", "log"]).meta({ description: "log: uses from elsewhere are noted, not refused" }),
  rateLimitPerMinute: z.int().nullable().meta({ description: "Requests a minute; null: as many as anyone" }),
  lastUsedAt: instant.nullable(),
  lastUsedAddress: z.string().nullable(),
  lastUsedAgent: z.string().nullable().meta({ description: "The User-Agent header as it was sent" }),
  lastUsedProgram: z.string().nullable().meta({ description: "The same in words", example: "curl" }),
  endedAt: instant.nullable(),
  endedBy: z.string().nullable().meta({ description: "Who ended it; null when time did" }),
  endedReason: z.enum(["revoked", "expired", "unused", "leaked", "replayed"]).nullable(),
});

export type Token = z.output<typeof wireToken>;

export type TokenStatus = Token["status"];

const expired = sql`${tokens.expiresAt} is not null and ${tokens.expiresAt} <= now()`;

/** Is it neither revoked nor past its end, by the database's clock? */
export const isLive = sql<boolean>`(${tokens.endedAt} is null and not (${expired}))`;

const replaced = sql<
  Former[]
>`(select coalesce(json_agg(json_build_object('lastFour', r.last_four, 'replacedAt', r.replaced_at,
    'endsAt', nullif(r.ends_at, 'infinity'), 'untilFirstUse', r.until_first_use, 'lastUsedAt', r.last_used_at,
    'lastUsedAddress', r.last_used_address) order by r.replaced_at desc), '[]')
  from replaced_secrets r where ${tokens.rotatedAt} is not null and r.token_id = ${tokens.id} and r.ends_at > now())`;

const rotating = sql`(${tokens.rotatedAt} is not null and exists
  (select from replaced_secrets r where r.token_id = ${tokens.id} and r.ends_at > now()))`;

export const status = sql<TokenStatus>`case
  when ${tokens.endedReason} in ('revoked', 'leaked', 'replayed') then 'revoked'
  when ${tokens.endedAt} is not null or ${expired} then 'expired'
  when ${tokens.startsAt} > now() then 'not_started'
  when ${tokens.expiresAt} <= now() + interval '1 day' then 'expiring_today'
  when ${tokens.expiresAt} <= now() + interval '14 days' then 'expires_soon'
  when ${rotating} then 'rotating'
  when ${tokens.lastUsedAt} is null then 'never_used'
  when ${tokens.lastUsedAt} < now() - interval '90 days' then 'unused'
  else 'active' end`;

const owner = sql<string>`(select ${users.username} from ${users} where ${users.id} = ${tokens.userId})`;

const ender = sql<string | null>`(select e.username from users e where e.id = ${tokens.endedBy})`;

/** The columns of a token on the wire, for one or many. */
export const tokenColumns = { token: tokens, status, live: isLive, replaced, owner, ender };

/** A previous secret as JSON of the database. */
type Former = { lastFour: string; replacedAt: string; endsAt: string | null; lastUsedAt: string | null } & Pick<
  z.output<typeof replacedSecret>,
  "untilFirstUse" | "lastUsedAddress"
>;

type TokenListRow = {
  token: typeof tokens.$inferSelect;
  status: TokenStatus;
  live: boolean;
  replaced: Former[];
  owner: string;
  ender: string | null;
};

/** A row as it stands on the wire. */
export function toToken({ token, status, live, replaced, owner, ender }: TokenListRow): z.input<typeof wireToken> {
  const endedByTime = status === "expired" && token.endedReason !== "unused";
  return {
    ...token,
    status,
    live,
    preview: previewOf(token),
    startsAt: wire(token.startsAt),
    rotatedAt: wire(token.rotatedAt),
    replaced: live ? replaced.map(presentFormer) : [],
    retrievable: live && token.sealedSecret !== null,
    createdBy: { username: owner, byToken: token.createdByToken },
    createdAt: wire(token.createdAt),
    expiresAt: wire(token.expiresAt),
    lastUsedAt: wire(token.lastUsedAt),
    lastUsedProgram: programOf(token.lastUsedAgent),
    endedAt: endedByTime ? wire(token.expiresAt) : wire(token.endedAt),
    endedBy: ender,
    endedReason: endedByTime ? "expired" : token.endedReason,
  };
}

const previewOf = ({ lastFour }: { lastFour: string }) => `lk_pat_…${lastFour}`;

const presentFormer = ({ lastFour, replacedAt, endsAt, lastUsedAt, ...rest }: Former) => ({
  ...rest,
  preview: previewOf({ lastFour }),
  replacedAt: new Date(replacedAt).toISOString(),
  endsAt: wire(endsAt ? new Date(endsAt) : null),
  lastUsedAt: wire(lastUsedAt ? new Date(lastUsedAt) : null),
});

/** One of the own tokens as it stands on the wire, live or not. */
export async function readToken(tx: Db, actor: Pick<Actor, "id">, id: string) {
  const mine = and(eq(tokens.id, id), eq(tokens.userId, actor.id));
  const [row] = await tx.select(tokenColumns).from(tokens).where(mine);
  if (!row) throw notFound("token");
  return toToken(row);
}
