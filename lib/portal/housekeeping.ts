import { and, isNull, lt, sql } from "drizzle-orm";
import { type Db, transaction } from "#db/client.ts";
import { passkeyChallenges } from "#db/schema/factors.ts";
import { apiUserTokens, customerKeys } from "#db/schema/machines.ts";
import { budgets, idempotentAnswers } from "#db/schema/requests.ts";
import { challenges, devices, sessions, tickets } from "#db/schema/sessions.ts";
import { links } from "#db/schema/users.ts";
import type { Job } from "#lib/core/jobs.ts";
import { forgetMails } from "#lib/core/mail/quota.ts";
import { forgetFolds } from "#lib/notifications/folding.ts";
import { forgetNotifications } from "#lib/notifications/inbox.ts";
import { forgetChanges } from "#lib/people/email/pending.ts";
import { forgetEnded } from "#lib/tokens/forget-ended.ts";
import { forgetOldCopies } from "#lib/tokens/retrievable-secret.ts";
import { endUnused } from "#lib/tokens/unused.ts";

/** Tidies up what has ended: it opens nothing any more, every use checks that by itself. */
export const housekeeping: Job = {
  name: "housekeeping",
  schedule: "17 * * * *",
  work: () =>
    transaction(async (tx) => {
      await tx.execute(sql`set local statement_timeout = '60s'`);
      await forgetEnded(tx);
      await forgetOldCopies(tx);
      await endUnused(tx);
      await forgetChanges(tx);
      await forgetNotifications(tx);
      await forgetFolds(tx);
      await forgetMails(tx);
      // An impersonation leads back to the session it was begun in for as long as that one is there, and goes with it.
      await tx.delete(sessions).where(and(lt(sessions.expiresAt, sql`now()`), isNull(sessions.impersonatorSessionId)));
      await tx.delete(customerKeys).where(sql`${customerKeys.endsAt} < now() - interval '30 days'`);
      for (const table of [tickets, challenges, passkeyChallenges, links, apiUserTokens])
        await tx.delete(table).where(lt(table.expiresAt, sql`now()`));
      await tx.delete(devices).where(sql`${devices.lastSeenAt} < now() - interval '1 year'`);
      await tx.delete(idempotentAnswers).where(sql`${idempotentAnswers.createdAt} < now() - interval '24 hours'`);
      await forgetBudgets(tx);
    }),
};

/**
 * Wrong guesses are told to who signs in at last, so that counts stay for a day; a minute of changes is over when it is
 * over.
 */
const forgetBudgets = (tx: Db) =>
  tx.delete(budgets).where(sql`${budgets.expire} < extract(epoch from now()
    - case when ${budgets.key} like 'changes%' then interval '1 minute' else interval '1 day' end) * 1000`);
