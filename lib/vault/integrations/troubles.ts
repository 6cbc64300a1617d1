import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { instant } from "#lib/core/fields.ts";

const maxShown = 50;

/** What could not be made or withdrawn yet, the oldest first. */
export const troubles = z
  .array(
    z.object({
      credentialId: z.uuid(),
      user: z.object({ id: z.uuid(), username: z.string(), fullName: z.string() }),
      state: z.enum(["ready", "pending", "failed", "withdrawing"]),
      words: z.string().meta({ description: "Why it did not work" }),
      since: instant.nullable(),
      nextTryAt: instant.meta({ description: "When it is tried again, at the latest" }),
    }),
  )
  .meta({ description: `What could not be made or withdrawn yet, the oldest first, ${maxShown} at most` });

const wired = (moment: ReturnType<typeof sql>) =>
  sql`to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** What an integration could not make or withdraw yet. What was given up is taken up again eight hours after. */
export async function readTroubles(tx: Db, integrationId: string): Promise<z.input<typeof troubles>> {
  const waiting = sql`(
    select min(j.start_after) from jobs.job j
    where j.name in ('provisioning-make', 'provisioning-withdraw') and j.state in ('created', 'retry')
      and j.data->>'credentialId' = c.id::text)`;
  const { rows } = await tx.execute<z.input<typeof troubles>[number]>(sql`
    select c.id as "credentialId", c.state, c.trouble as words, ${wired(sql`c.troubled_at`)} as since,
      json_build_object('id', u.id, 'username', u.username, 'fullName', u.full_name) as user,
      ${wired(sql`greatest(now(), coalesce(${waiting}, c.modified_at + interval '8 hours'))`)} as "nextTryAt"
    from service_credentials c join users u on u.id = c.user_id
    where c.integration_id = ${integrationId} and c.trouble is not null
    order by c.troubled_at, c.id limit ${maxShown}`);
  return rows;
}
