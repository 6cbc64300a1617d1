import {
  securityLogExport,
  sessionsCreate,
  tokensCreate,
  tokensGet,
  tokensList,
  tokensRevoke,
} from "./generated/orval.ts";
import { names, type Story, type Teller, unheard, wanted } from "./story.ts";

/** The story with the client of orval, which is generated for one address. */
export async function tell({ token, email, password }: Teller): Promise<Story> {
  const asked = { headers: { authorization: `Bearer ${token}` } };
  const session = await sessionsCreate({ email, password });
  const made: string[] = [];
  for (const name of names) {
    const answer = await tokensCreate({ name, ...wanted }, asked);
    if (answer.status === 201) made.push(answer.data.id);
  }
  const paged: string[] = [];
  let cursor: string | undefined;
  do {
    const answer = await tokensList({ limit: 2, cursor }, asked);
    if (answer.status !== 200) break;
    paged.push(...answer.data.items.map(({ id }) => id));
    cursor = answer.data.nextCursor ?? undefined;
  } while (cursor);
  const one = await tokensGet(made[0] ?? "", asked);
  const refused = await tokensCreate(unheard, asked);
  const log = await securityLogExport({ format: "jsonl" }, asked);
  const problem = refused.status === 422 ? refused.data : undefined;
  const ends = await Promise.all(made.map((id) => tokensRevoke(id, asked)));
  return {
    session: session.status === 201 ? session.data.token : "",
    made,
    paged,
    ended: ends.map(({ status }) => status),
    name: one.status === 200 ? one.data.name : "",
    expiresAt: one.status === 200 ? one.data.expiresAt : null,
    refused: {
      status: refused.status,
      code: problem?.code ?? "",
      pointer: problem?.errors?.[0]?.pointer,
      message: problem?.errors?.[0]?.message,
    },
    log: log.status === 200 ? log.data : "",
  };
}
