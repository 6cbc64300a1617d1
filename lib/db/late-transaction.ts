import type pg from "pg";

/** The part of a pg client that Drizzle uses, which takes a connection and begins at its first statement. */
export class LateTransaction {
  readonly #pool: pg.Pool;
  #begun?: Promise<pg.PoolClient>;
  #isOver = false;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async query(...statement: Parameters<pg.PoolClient["query"]>): Promise<unknown> {
    // A straggler would begin a second transaction, which nobody ends.
    if (this.#isOver) throw new Error("a statement came after the end of its transaction");
    this.#begun ??= this.#begin();
    const client = await this.#begun;
    return client.query(...statement);
  }

  async #begin(): Promise<pg.PoolClient> {
    const client = await this.#pool.connect();
    // While it is lent, the pool does not listen for its end; without a listener that would end the process.
    client.on("error", lost);
    try {
      await client.query("begin");
      return client;
    } catch (error) {
      giveBack(client, true);
      throw error;
    }
  }

  /** Commits; refuses when a statement had failed, which Postgres answers with a silent rollback. */
  async commit(): Promise<void> {
    this.#isOver = true;
    const client = await this.#begun;
    const answer = await client?.query("commit");
    if (client && answer?.command !== "COMMIT") throw new Error("the transaction had failed and was rolled back");
    if (client) giveBack(client);
    this.#begun = undefined;
  }

  /** Undoes everything; a connection that cannot even do that is thrown away. */
  async rollback(): Promise<void> {
    this.#isOver = true;
    const client = await this.#begun?.catch(() => undefined);
    const answer = await client?.query("rollback").catch(() => undefined);
    if (client) giveBack(client, answer === undefined);
    this.#begun = undefined;
  }
}

/** The statement under way, or the next one, fails with the reason. */
function lost() {}

function giveBack(client: pg.PoolClient, isBroken = false) {
  client.off("error", lost);
  client.release(isBroken);
}
