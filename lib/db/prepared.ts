import type { Db } from "./index.ts";

type Values = Record<string, unknown>;
type Statement<T> = { execute(values: Values): Promise<T> };
type Query<T> = { prepare(name: string): Statement<T> };

/**
 * A query of a hot path, put together once and prepared under its name on every connection that runs it; what
 * differs from use to use stands in it as `sql.placeholder(…)`. Putting it together anew each time costs Drizzle more
 * than the rest of a request costs all others.
 */
export function prepared<T>(name: string, build: (db: Db) => Query<T>): (db: Db, values: Values) => Promise<T> {
  let statement: Statement<T> | undefined;
  return (db, values) => {
    statement ??= build(db).prepare(name);
    return on(db, statement).execute(values);
  };
}

/** The same statement on the connection of another transaction: a Drizzle session holds nothing else of its own. */
function on<T>(db: Db, statement: Statement<T>): Statement<T> {
  const { client } = (db as unknown as { session: { client: unknown } }).session;
  return Object.create(statement, { client: { value: client } });
}
