import { hash } from "node:crypto";
import type { Budget } from "#lib/core/limits.ts";
import type { Server } from "./server.ts";

const rowOf = ({ name }: Pick<Budget, "name">, key: string) => `${name}:${hash("sha256", key, "base64url")}`;

/** Leaves so many tries of a budget, as if all others had been made a moment ago. */
export const leave = (server: Server, left: number, budget: Budget, key: string) =>
  server.query(
    `insert into budgets (key, points, expire) values ($1, $2, (extract(epoch from now()) + $3) * 1000)
     on conflict (key) do update set points = excluded.points, expire = excluded.expire`,
    [rowOf(budget, key), budget.points - left, budget.seconds],
  );

/** Lets the window of a budget end. */
export const letPass = (server: Server, budget: Pick<Budget, "name">, key: string) =>
  server.query("update budgets set expire = 1 where key = $1", [rowOf(budget, key)]);
