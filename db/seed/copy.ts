import { once } from "node:events";
import type { Client, Connection, Submittable } from "pg";

export type Value = string | number | boolean | null;

/** What `pg` has of COPY: the messages are there, a query that sends them is not. */
type Copying = Connection & {
  stream: NodeJS.WritableStream & { writableNeedDrain: boolean };
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
};

/**
 * Pours rows into a table with COPY; `into` names the table and its columns. Goes no faster than Postgres takes them.
 */
export function copyInto(client: Client, into: string, rows: Iterable<Value[]>): Promise<void> {
  return new Promise((done, fail) => client.query(new CopyIn(`copy ${into} from stdin`, rows, done, fail)));
}

const bytesAtOnce = 64 * 1024;

class CopyIn implements Submittable {
  readonly #text: string;
  readonly #rows: Iterable<Value[]>;
  readonly #done: () => void;
  readonly #fail: (error: unknown) => void;
  #error: unknown;

  constructor(text: string, rows: Iterable<Value[]>, done: () => void, fail: (error: unknown) => void) {
    this.#text = text;
    this.#rows = rows;
    this.#done = done;
    this.#fail = fail;
  }

  submit(connection: Connection) {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: Copying) {
    this.#send(connection).catch((error) => {
      this.#error = error;
      connection.sendCopyFail(String(error));
    });
  }

  async #send(connection: Copying) {
    let text = "";
    for (const row of this.#rows) {
      text += `${row.map(written).join("\t")}\n`;
      if (text.length < bytesAtOnce) continue;
      connection.sendCopyFromChunk(Buffer.from(text));
      text = "";
      if (connection.stream.writableNeedDrain) await once(connection.stream, "drain");
      if (this.#error) return;
    }
    if (text) connection.sendCopyFromChunk(Buffer.from(text));
    connection.endCopyFrom();
  }

  handleCommandComplete() {}

  handleError(error: unknown) {
    this.#error ??= error;
    this.#fail(this.#error);
  }

  handleReadyForQuery() {
    if (!this.#error) this.#done();
  }
}

const escapes: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

const written = (value: Value): string =>
  value === null ? "\\N" : String(value).replace(/[\\\t\n\r]/g, (letter) => escapes[letter] ?? letter);
