import { and, asc, eq, isNotNull, lt, sql } from "drizzle-orm";
import { generateSecret, generateURI, verifySync } from "otplib";
import type { Db } from "#db/client.ts";
import { authenticators } from "#db/schema/factors.ts";
import { seal, unseal } from "#lib/core/crypto/sealing.ts";
import { Refusal } from "#lib/core/errors.ts";

/** Whose authenticator it is. */
export type Owner = { id: string; accountId: string };

/**
 * A secret as it is kept: base32, and after it how many digits and seconds its codes have, where those are not the
 * usual 6 and 30: `GFZSA5CI… 8 60`.
 */
export const keptSecret = (secret: string, digits = 6, period = 30): string =>
  digits === 6 && period === 30 ? secret : `${secret} ${digits} ${period}`;

function readSecret(kept: string) {
  const [secret = "", digits = "6", period = "30"] = kept.split(" ");
  return { secret, digits: Number(digits), period: Number(period) };
}

/**
 * How far behind, in seconds, a clock may be for us to say so; the code is refused all the same. Of a clock that is
 * ahead we say nothing: whoever guesses would learn which code will be right soon.
 */
const knownLag = 600;

/** A new secret: 160 random bits in base32, as authenticator apps take it. */
export const mintTotpSecret = (): string => generateSecret({ length: 20 });

/**
 * The `otpauth://` address of a secret, for the QR code and for the phone itself. A colon parts the issuer from the
 * account in it, so that neither may have one, encoded or not (Key Uri Format); apps would cut the names elsewhere.
 */
export const otpauthUri = (secret: string, issuer: string, label: string): string =>
  generateURI({ issuer: withoutColons(issuer), label: withoutColons(label), secret });

const withoutColons = (name: string) => name.replace(/\s*:\s*/g, " ").trim();

/** Seals the secret of an authenticator for its row. */
export const sealTotpSecret = (id: string, { accountId }: Owner, secret: string): Buffer =>
  seal(place(id, accountId), secret);

/** Opens the secret of an authenticator. */
export const openSecret = (id: string, { accountId }: Owner, sealed: Buffer): string =>
  unseal(place(id, accountId), sealed);

const place = (row: string, account: string) => ({ table: "authenticators", field: "secret", row, account });

/** What a code is, beside a secret, at an instant (seconds since 1970): its time step, or why it is none. */
export function stepOf(kept: string, code: string, epoch: number): number | "wrong" | "clock_off" {
  const { period } = readSecret(kept);
  return (
    stepWithin(kept, code, epoch, period) ?? (stepWithin(kept, code, epoch, [knownLag, 0]) ? "clock_off" : "wrong")
  );
}

/** The time step of a code within a tolerance, in seconds: one for both directions, or one behind and one ahead. */
export function stepWithin(kept: string, code: string, epoch: number, epochTolerance: number | [number, number]) {
  const { digits, ...known } = readSecret(kept);
  if (!new RegExp(`^\\d{${digits}}$`).test(code)) return undefined;
  const found = verifySync({ ...known, digits: digits as 6, token: code, epoch, epochTolerance });
  return found.valid && "timeStep" in found ? found.timeStep : undefined;
}

/** The database's clock, in seconds: every replica goes by it. */
export async function now(tx: Db): Promise<number> {
  const { rows } = await tx.execute<{ now: string }>(sql`select extract(epoch from clock_timestamp()) as now`);
  return Number(rows[0]?.now);
}

/**
 * Uses up a code of any of a person's authenticators. Each time step is taken once, by one conditional write; the
 * refusals tell wrong, used and a clock that is off apart.
 */
export async function takeCode(tx: Db, owner: Owner, code: string): Promise<Refusal | null> {
  const epoch = await now(tx);
  let closest: "wrong_code" | "code_used" | "clock_off" = "wrong_code";
  for (const { id, secret } of await confirmed(tx, owner)) {
    const found = stepOf(openSecret(id, owner, secret), code, epoch);
    if (typeof found === "number" && (await takeStep(tx, id, found))) return null;
    if (typeof found === "number") closest = "code_used";
    else if (found === "clock_off" && closest === "wrong_code") closest = "clock_off";
  }
  return new Refusal(closest);
}

const confirmed = (tx: Db, { id }: Owner) =>
  tx
    .select({ id: authenticators.id, secret: authenticators.secret })
    .from(authenticators)
    .where(and(eq(authenticators.userId, id), isNotNull(authenticators.confirmedAt)))
    .orderBy(asc(authenticators.createdAt));

async function takeStep(tx: Db, id: string, found: number): Promise<boolean> {
  const unused = and(eq(authenticators.id, id), lt(authenticators.lastStep, found));
  const [taken] = await tx
    .update(authenticators)
    .set({ lastStep: found, lastUsedAt: sql`now()` })
    .where(unused)
    .returning({ id: authenticators.id });
  return taken !== undefined;
}
