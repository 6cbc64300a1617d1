import pg from "pg";

type Message = { fields: unknown[] };
type QueryCallback = (error: Error | null | undefined, result?: unknown) => void;

/** What `pg` has of its own queries, beyond what its types tell. */
type Sending = pg.Connection & {
  parsedStatements: Record<string, string>;
  bind(config: { statement: string; values: string[] }): void;
  parse(config: { name: string; text: string }): void;
  execute(config: object): void;
};
type Inner = pg.Query & {
  prepare(connection: Sending): void;
  handleDataRow(message: Message): void;
  handleCommandComplete(message: unknown, connection: Sending): void;
  handleReadyForQuery(connection: Sending): void;
};

const Query = pg.Query as unknown as new (config: object, values: unknown, done: QueryCallback) => Inner;

const binding = "bind-to-accounts";
const bindingText = `select set_config('transaction_read_only', 'on', true),
  set_config('role', 'latchkey_tenant', true), set_config('latchkey.accounts', $1, true)`;

/**
 * A statement that travels with another before it, which binds it to accounts: both are one message to Postgres, and so
 * one transaction, in which the second does not happen unless the first has. What comes before the first has ended is
 * no row of ours, so that nothing at all would be answered should it ever be missing.
 */
class BoundQuery extends Query {
  readonly #accounts: string;
  #isBound = false;
  // Asked by pg: a plain text would go out as a message, and so a transaction, of its own.
  readonly queryMode = "extended";

  constructor(accounts: string, config: object, values: unknown, done: QueryCallback) {
    super(config, values, done);
    this.#accounts = accounts;
  }

  override prepare(connection: Sending) {
    const known = connection.parsedStatements;
    if (!known[binding]) connection.parse({ name: binding, text: bindingText });
    known[binding] = bindingText;
    connection.bind({ statement: binding, values: [this.#accounts] });
    connection.execute({});
    super.prepare(connection);
  }

  override handleDataRow(message: Message) {
    if (this.#isBound) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Sending) {
    if (this.#isBound) super.handleCommandComplete(message, connection);
    this.#isBound = true;
  }
}

/**
 * The part of a pg client that Drizzle uses, for reading the rows of these accounts alone. Each statement is by itself,
 * in a read-only transaction of its own on whatever connection is free, and one round trip.
 */
export class TenantReader {
  readonly #pool: pg.Pool;
  readonly #accounts: string;

  constructor(pool: pg.Pool, accountIds: string[]) {
    this.#pool = pool;
    this.#accounts = accountIds.join(",");
  }

  async query(config: pg.QueryConfig | string, values?: unknown[]): Promise<unknown> {
    const client = await this.#pool.connect();
    return new Promise((resolve, reject) => {
      let isOver = false;
      const done: QueryCallback = (error, result) => {
        if (isOver) return;
        isOver = true;
        client.off("error", done);
        // After a failure, what the connection knows by name is not certain.
        client.release(error ?? undefined);
        if (error) reject(error);
        else resolve(result);
      };
      // While it is lent, the pool does not listen for its end; without a listener that would end the process.
      client.on("error", done);
      client.query(
        new BoundQuery(this.#accounts, typeof config === "string" ? { text: config } : config, values, done),
      );
    });
  }

  /** The same pool for statements that see all rows. */
  seeing(_all: null): pg.Pool {
    return this.#pool;
  }
}
