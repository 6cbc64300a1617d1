import createClient from "openapi-fetch";
import type { paths } from "./generated/openapi-typescript.ts";
import { names, type Story, type Teller, unheard, wanted } from "./story.ts";

/** The story with the types of openapi-typescript. */
export async function tell({ baseUrl, token, email, password }: Teller): Promise<Story> {
  const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });
  const { data: session } = await client.POST("/sessions", { body: { email, password } });
  const made: string[] = [];
  for (const name of names) {
    const { data } = await client.POST("/me/tokens", { body: { name, ...wanted } });
    made.push(data?.id ?? "");
  }
  const paged: string[] = [];
  let cursor: string | undefined;
  do {
    const { data } = await client.GET("/me/tokens", { params: { query: { limit: 2, cursor } } });
    paged.push(...(data?.items.map(({ id }) => id) ?? []));
    cursor = data?.nextCursor ?? undefined;
  } while (cursor);
  const { data: one } = await client.GET("/me/tokens/{id}", { params: { path: { id: made[0] ?? "" } } });
  const { error, response } = await client.POST("/me/tokens", { body: unheard });
  const log = await client.GET("/me/security-log/export", {
    params: { query: { format: "jsonl" } },
    parseAs: "text",
  });
  const path = (id: string) => ({ params: { path: { id } } });
  const ends = await Promise.all(made.map((id) => client.DELETE("/me/tokens/{id}", path(id))));
  return {
    session: session?.token ?? "",
    made,
    paged,
    ended: ends.map(({ response }) => response.status),
    name: one?.name ?? "",
    expiresAt: one?.expiresAt ?? null,
    refused: {
      status: response.status,
      code: error?.code ?? "",
      pointer: error?.errors?.[0]?.pointer,
      message: error?.errors?.[0]?.message,
    },
    log: log.data ?? "",
  };
}
