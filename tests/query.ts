import { Client } from "pg";

type Row = Record<string, unknown>;

/** Runs one statement in the database at `url`, over a connection of its own; its rows. */
export async function queryAt<T extends Row = Row>(url: string, text: string, values: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}
