import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { removeFactorsOf } from "#lib/people/users/remove-factors.ts";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { authenticatorOf } from "#tests/factors.ts";
import { endSessionOf, endSessionsOfUser } from "./of-user.ts";

let cast: Cast;
const folder = mkdtempSync(join(tmpdir(), "latchkey-no-token-"));

beforeAll(async () => {
  const file = join(folder, "scopes.json");
  const scope = { name: "People", sentence: "Change people.", permissions: ["admin:own:update:user"] };
  writeFileSync(file, JSON.stringify({ scopes: [scope] }));
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000", SCOPES_FILE: file });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function sessionIdOf(userId: string): Promise<string> {
  await sessionOf(cast.ben);
  const [row] = await sql<{ id: string }>("select id from sessions where user_id = $1 limit 1", userId);
  return row?.id ?? "";
}

const onColleagues: [operation: Operation, input: () => Promise<object>][] = [
  [endSessionOf, async () => ({ userId: cast.ben.id, id: await sessionIdOf(cast.ben.id) })],
  [endSessionsOfUser, async () => ({ userId: cast.ben.id })],
  [removeFactorsOf, async () => ({ id: cast.ben.id })],
];

test.each(onColleagues)(
  "$name is refused to a token, although a scope of it names the permission",
  async (operation, input) => {
    await authenticatorOf(cast.ben);
    const { secret } = await tokenOf(cast.ada, ["People"]);
    const given = await input();
    await expect(execute(operation, callerWith(bearer(secret)), given)).rejects.toMatchObject({
      code: "session_required",
    });
    await execute(operation, await asPerson(cast.ada), given);
  },
);
