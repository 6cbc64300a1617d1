import { and, asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { accounts } from "#db/schema/accounts.ts";
import { accessKeys } from "#db/schema/machines.ts";
import { users } from "#db/schema/users.ts";
import { endKeys } from "#lib/access/issued/ending.ts";
import type { Actor } from "#lib/core/actor.ts";
import { notFound } from "#lib/core/errors.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { unchanged } from "#lib/core/unchanged.ts";
import { areAllowed, keysAllowed } from "./allowed.ts";
import { accessKeyId } from "./id.ts";
import { keyLabel } from "./label.ts";

const ownKey = z.object({
  id: z.string(),
  label: z.string(),
  lastSignInAt: instant.nullable(),
  outgrownAt: instant
    .nullable()
    .meta({ description: "Since when you may do more than whoever made it; null: no more. Replace it" }),
  createdAt: instant,
  createdBy: z
    .object({ id: z.uuid(), fullName: z.string(), accountName: z.string() })
    .nullable()
    .meta({ description: "Who made it; null when they are gone" }),
});

/** An access key as its own person sees it. */
export type OwnKey = z.output<typeof ownKey>;

/** The access keys with which programs sign in as the person who asks, and who made them. */
export const listOwnAccessKeys = defineOperation({
  name: "access_keys.list_own",
  summary: "List your access keys",
  route: "GET /me/access-keys",
  allow: "signed-in",
  input: z.strictObject({}),
  output: z.object({ items: z.array(ownKey), allowed: keysAllowed }),

  async run({ actor, tx }) {
    const { id, label, lastSignInAt, outgrownAt, createdAt } = accessKeys;
    const found = await tx
      .select({
        key: { id, label, lastSignInAt, outgrownAt, createdAt },
        makerId: users.id,
        fullName: users.fullName,
        accountName: accounts.name,
      })
      .from(accessKeys)
      .leftJoin(users, eq(users.id, accessKeys.createdBy))
      .leftJoin(accounts, eq(accounts.id, users.accountId))
      .where(eq(accessKeys.userId, actor.id))
      .orderBy(asc(accessKeys.createdAt), asc(accessKeys.id));
    const items = found.map(({ key, ...maker }) => ({
      ...key,
      lastSignInAt: wire(key.lastSignInAt),
      outgrownAt: wire(key.outgrownAt),
      createdAt: wire(key.createdAt),
      createdBy: named({ id: maker.makerId, ...maker }),
    }));
    return { items, allowed: await areAllowed(tx, actor.accountId) };
  },
});

type Maker = Record<"id" | "fullName" | "accountName", string | null>;

const named = ({ id, fullName, accountName }: Maker) =>
  id && fullName && accountName ? { id, fullName, accountName } : null;

/** Calls an access key of one's own something else. */
export const renameOwnAccessKey = defineOperation({
  name: "access_keys.rename_own",
  summary: "Change the label of an access key of yours",
  route: "PATCH /me/access-keys/{accessKeyId}",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  input: z.strictObject({ accessKeyId, label: keyLabel }),
  output: z.object({ id: z.string(), label: z.string() }),
  audit: ({ input }) => ({ target: input.accessKeyId, details: { label: input.label } }),

  async run({ actor, tx }, { accessKeyId, label }) {
    const own = mine(actor, accessKeyId);
    const [found] = await tx.select({ label: accessKeys.label }).from(accessKeys).where(own).for("no key update");
    if (!found) throw notFound("access key");
    if (found.label === label) return unchanged({ id: accessKeyId, label });
    await tx.update(accessKeys).set({ label, modifiedAt: sql`now()`, modifiedBy: actor.id }).where(own);
    return { id: accessKeyId, label };
  },
});

/** Deletes an access key of one's own: it opens nothing any more, and what was opened with it ends. */
export const deleteOwnAccessKey = defineOperation({
  name: "access_keys.delete_own",
  summary: "Delete an access key of yours",
  route: "DELETE /me/access-keys/{accessKeyId}",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  endsOwn: true,
  input: z.strictObject({ accessKeyId }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.accessKeyId }),

  async run({ actor, tx }, { accessKeyId }) {
    const [gone] = await endKeys(tx, mine(actor, accessKeyId));
    if (!gone) throw notFound("access key");
    return {};
  },
});

const mine = (actor: Actor, id: string) => and(eq(accessKeys.id, id), eq(accessKeys.userId, actor.id));
