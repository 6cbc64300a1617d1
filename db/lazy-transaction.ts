import type pg from "pg";

type Statement = Parameters<pg.PoolClient["query"]>;

/** The accounts, by commas, whose rows a statement sees and takes; null for all rows. */
type Accounts = string | null;

const binding = {
  name: "bind-transaction",
  text: "select set_config('role', $1, true), set_config('latchkey.accounts', $2, true)",
};

/** A rollback to a savepoint also undoes what the transaction was bound to since. */
const unbinds = /^\s*rollback/i;

/**
 * The part of a pg client that Drizzle uses, which takes a connection and begins at its first statement. Each statement
 * comes with the accounts that it is bound to, and is carried out right behind the binding it needs, so that nothing
 * that runs beside it can be carried out with its rights.
 */
export class LazyTransaction {
  readonly #pool: pg.Pool;
  #begun?: Promise<pg.PoolClient>;
  #isOver = false;
  #last: Promise<unknown> = Promise.resolve();
  /** What the connection is bound to; undefined when that is not known. */
  #bound: Accounts | undefined = null;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  query(...statement: Statement): Promise<unknown> {
    return this.#send(null, statement);
  }

  /** The same transaction for statements that are bound to other accounts. */
  seeing(accounts: Accounts): View {
    return new View((statement) => this.#send(accounts, statement), this);
  }

  /** One after the other: a statement and the binding it needs are not parted by another. */
  async #send(accounts: Accounts, statement: Statement): Promise<unknown> {
    // A straggler would begin a second transaction, which nobody ends.
    if (this.#isOver) throw new Error("a statement came after the end of its transaction");
    const sent = this.#last.then(() => this.#carryOut(accounts, statement));
    this.#last = sent.catch(() => {});
    return sent;
  }

  async #carryOut(accounts: Accounts, statement: Statement): Promise<unknown> {
    this.#begun ??= this.#begin();
    const client = await this.#begun;
    const isUndoing = unbinds.test(textOf(statement));
    if (!isUndoing && this.#bound !== accounts) await this.#bind(client, accounts);
    if (isUndoing) this.#bound = undefined;
    return client.query(...statement);
  }

  async #bind(client: pg.PoolClient, accounts: Accounts) {
    this.#bound = undefined;
    const role = accounts === null ? "none" : "latchkey_tenant";
    await client.query({ ...binding, values: [role, accounts ?? ""] });
    this.#bound = accounts;
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
    await this.#last;
    const client = await this.#begun;
    const answer = await client?.query("commit");
    if (client && answer?.command !== "COMMIT") throw new Error("the transaction had failed and was rolled back");
    if (client) giveBack(client);
    this.#begun = undefined;
  }

  /** Undoes everything; a connection that cannot even do that is thrown away. */
  async rollback(): Promise<void> {
    this.#isOver = true;
    await this.#last;
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

const textOf = ([statement]: Statement) =>
  typeof statement === "string" ? statement : (statement as { text: string }).text;

/** One way into a {@link LazyTransaction}: all its statements are bound to the same accounts. */
class View {
  readonly #send: (statement: Statement) => Promise<unknown>;
  readonly #transaction: LazyTransaction;

  constructor(send: (statement: Statement) => Promise<unknown>, transaction: LazyTransaction) {
    this.#send = send;
    this.#transaction = transaction;
  }

  query(...statement: Statement): Promise<unknown> {
    return this.#send(statement);
  }

  seeing(accounts: Accounts): View {
    return this.#transaction.seeing(accounts);
  }
}
