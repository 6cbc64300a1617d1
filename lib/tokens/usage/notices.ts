import type { Db } from "#db/client.ts";
import { programOf } from "#lib/core/agents.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import type { News } from "./counts.ts";
import type { Held } from "./write.ts";

export async function tell(tx: Db, token: Held | undefined, networks: News[]) {
  if (token) await queueNotice(tx, seenElsewhere(token, networks));
}

const seenElsewhere = ({ id, user_id, name, last_four, full_name }: Held, networks: News[]): Notice => ({
  userId: user_id,
  event: "token_new_network",
  subject: `Your API token ${name} was used from a new network`,
  paragraphs: [
    `Hello ${full_name},`,
    `the API token ${name} (lk_pat_…${last_four}) was used from where it was not used before: ${networks.map(inWords).join("; ")}.`,
    "If you do not know what that is, revoke the token at once. If you do, there is nothing to do: of this network you are not told again.",
  ],
  button: { words: "Look at the token", path: `/tokens/${id}` },
});

function inWords({ what, agent }: News): string {
  const program = programOf(agent);
  return program ? `${what}, by ${program}` : what;
}
