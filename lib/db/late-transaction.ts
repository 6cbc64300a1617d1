import type pg from "pg";

/** The part of a pg client that Drizzle uses, which takes a connection and begins at its first statement. */
export class LateTransaction {
  readonly #pool: pg.Pool;
  #begun?: Promise<pg.PoolClient>;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async query(...statement: Parameters<pg.PoolClient["query"]>): Promise<unknown> {
    this.#begun ??= this.#begin();
    const client = await this.#begun;
    return client.query(...statement);
  }

  async #begin(): Promise<pg.PoolClient> {
    const client = await this.#pool.connect();
    try {
      await client.query("begin");
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** Commits; refuses when a statement had failed, which Postgres answers with a silent rollback. */
  async commit(): Promise<void> {
    const client = await this.#begun;
    const answer = await client?.query("commit");
    if (client && answer?.command !== "COMMIT") throw new Error("the transaction had failed and was rolled back");
    client?.release();
    this.#begun = undefined;
  }

  /** Undoes everything; a connection that cannot even do that is thrown away. */
  async rollback(): Promise<void> {
    const client = await this.#begun?.catch(() => undefined);
    const answer = await client?.query("rollback").catch(() => undefined);
    client?.release(answer === undefined);
    this.#begun = undefined;
  }
}
