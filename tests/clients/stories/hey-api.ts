import { createClient } from "./generated/hey-api/client";
import {
  securityLogExport,
  sessionsCreate,
  tokensCreate,
  tokensGet,
  tokensList,
  tokensRevoke,
} from "./generated/hey-api/sdk.gen";
import { names, type Story, type Teller, unheard, wanted } from "./story.ts";

/** The story with the client of @hey-api/openapi-ts. */
export async function tell({ baseUrl, token, email, password }: Teller): Promise<Story> {
  const client = createClient({ baseUrl, auth: ({ scheme }) => (scheme === "bearer" ? token : undefined) });
  const { data: session } = await sessionsCreate({ client, body: { email, password } });
  const made: string[] = [];
  for (const name of names) {
    const { data } = await tokensCreate({ client, body: { name, ...wanted } });
    made.push(data?.id ?? "");
  }
  const paged: string[] = [];
  let cursor: string | undefined;
  do {
    const { data } = await tokensList({ client, query: { limit: 2, cursor } });
    paged.push(...(data?.items.map(({ id }) => id) ?? []));
    cursor = data?.nextCursor ?? undefined;
  } while (cursor);
  const { data: one } = await tokensGet({ client, path: { id: made[0] ?? "" } });
  const { error, response } = await tokensCreate({ client, body: unheard });
  const log = await securityLogExport({ client, query: { format: "jsonl" } });
  const ends = await Promise.all(made.map((id) => tokensRevoke({ client, path: { id } })));
  return {
    session: session?.token ?? "",
    made,
    paged,
    ended: ends.map(({ response }) => response?.status ?? 0),
    name: one?.name ?? "",
    expiresAt: one?.expiresAt ?? null,
    refused: {
      status: response?.status ?? 0,
      code: error?.code ?? "",
      pointer: error?.errors?.[0]?.pointer,
      message: error?.errors?.[0]?.message,
    },
    log: log.data ?? "",
  };
}
