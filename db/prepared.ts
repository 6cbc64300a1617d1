import { hash } from "node:crypto";
import { fillPlaceholders, type SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { ClientBase } from "pg";
import type { Db } from "./client.ts";

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

/** A statement put together, with what stands in for its values. */
type Shape = { name?: string; text: string; params: unknown[] };

const shapes = new Map<string, Shape>();
// Every connection keeps what it prepared, so that rare shapes beyond these are not.
const maxStatements = 200;
const dialect = new PgDialect();

/**
 * Runs a statement that comes in some shapes, each put together once and prepared under its name; `shape` says which,
 * null that it is not worth keeping. With `anew`, Postgres plans it for the values of each use.
 */
export async function executePrepared<Row>(
  db: Db,
  shape: string | null,
  build: () => SQL,
  values: Values,
  anew = false,
): Promise<Row[]> {
  const { name, text, params } = (shape !== null && shapes.get(shape)) || keep(shape, put(build()));
  const { $client } = db as Db & { $client: Pick<ClientBase, "query"> };
  const { rows } = await $client.query({
    name: anew ? undefined : name,
    text,
    values: fillPlaceholders(params, values),
  });
  return rows as Row[];
}

function keep(shape: string | null, built: Shape): Shape {
  if (shape === null || shapes.size >= maxStatements) return { ...built, name: undefined };
  shapes.set(shape, built);
  return built;
}

function put(statement: SQL): Shape {
  const { sql: text, params } = dialect.sqlToQuery(statement);
  return { name: hash("sha1", text), text, params };
}
