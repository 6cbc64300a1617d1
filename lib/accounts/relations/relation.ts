import { z } from "zod";
import { asSystem, type Db } from "#db/client.ts";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { recordChange } from "#lib/core/audit.ts";
import { Refusal } from "#lib/core/errors.ts";
import type { Tenant } from "#lib/core/tenant.ts";

/** What one account is to another. */
export const kind = z
  .enum(["managed", "bills_to"])
  .meta({ description: "managed: one acts in the other; bills_to: one pays for the other" });

export type RelationKind = z.output<typeof kind>;

/** Which end of a relationship an account is at. */
export const side = z
  .enum(["managing", "managed"])
  .meta({ description: "managing: it manages the other account, or pays for it; managed: the other way round" });

export type Side = z.output<typeof side>;

/** The number of another account. */
export const otherId = z
  .string()
  .regex(/^[1-9][0-9]{7}$/, "An account id is 8 digits.")
  .meta({ description: "The other account's id", example: "20000002" });

/** Which two accounts a relationship is between. */
export type Ends = { kind: RelationKind; managingId: string; managedId: string };

/** The ends of a relationship, told from one of them. */
export const endsOf = (kind: RelationKind, side: Side, own: string, other: string): Ends =>
  side === "managing" ? { kind, managingId: own, managedId: other } : { kind, managingId: other, managedId: own };

/** The account at the other end. */
export const otherOf = ({ managingId, managedId }: Omit<Ends, "kind">, own: string) =>
  managingId === own ? managedId : managingId;

/** The end at which an account is. */
export const sideOf = ({ managingId }: Pick<Ends, "managingId">, own: string): Side =>
  managingId === own ? "managing" : "managed";

/**
 * Refuses to speak for an account that one only manages: what it agrees to with others, its own people say, or whoever
 * manages it could agree with themselves (I-36).
 */
export function requireOwnAccount({ rights }: Tenant): void {
  if (!rights) return;
  throw new Refusal("forbidden", "For its relationships with others an account speaks itself: its own people do.");
}

type Told = { actor: Actor; caller: Caller; tenant: Tenant; tx: Db };

/** Puts an act of one side on record in the other side's log too, whether there is such an account or not. */
export const recordForOther = ({ actor, caller, tenant, tx }: Told, action: string, otherId: string, details: object) =>
  asSystem(tx, async (tx) => {
    const by = { actor: null, caller, tenant: { accountId: otherId } };
    const told = { ...details, by: actor.username, fromAccount: tenant.accountId };
    await recordChange(tx, action, by, {
      actor: { id: actor.id, accountId: otherId },
      target: tenant.accountId,
      details: told,
    });
  });
