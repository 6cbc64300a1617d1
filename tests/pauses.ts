import { env } from "#lib/env.ts";
import { passwordGuard } from "#lib/sign-in/budgets.ts";
import { sql } from "./cast.ts";

/**
 * As if everybody had waited 8 seconds: what slows guesses at passwords down is over, a block that has begun goes on.
 */
export async function letPausesPass(): Promise<void> {
  const { name, points } = passwordGuard.source;
  const begun = "update budgets set expire = expire - 8000 where key like $1 and points <= $2";
  await sql(begun, `${name}:%`, Math.ceil(points * env().RATE_LIMIT_FACTOR));
}
