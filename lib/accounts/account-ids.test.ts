import { randomInt } from "node:crypto";
import { beforeAll, expect, test, vi } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { createAccount } from "./create.ts";

vi.mock("node:crypto", async (original) => ({ ...(await original<object>()), randomInt: vi.fn() }));

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});

/** Creates an account while the dice show these numbers, one after the other. */
async function createWith(email: string, ...ids: number[]) {
  for (const id of ids) vi.mocked(randomInt).mockImplementationOnce(() => id);
  const first = { administratorName: "Fay Osei", administratorEmail: email };
  return (await execute(createAccount, await asPerson(cast.ada), { name: "Annexe", ...first })).output.account.id;
}

test("a new account has no id of which an audit entry tells, though its account is gone", async () => {
  await sql("insert into audit_entries (account_id, action, result) values ('40000001', 'users.create', 'done')");
  expect(await createWith("fay@annexe.example", 40000001, 40000002)).toBe("40000002");
});

test("nor one that a proposal waits for", async () => {
  await sql(
    `insert into relation_proposals (managing_id, managed_id, kind, proposed_by, rights, created_by, expires_at)
     values ($1, '40000003', 'managed', $1, '{*:managed:*:*}', $2, now() + interval '1 day')`,
    cast.here,
    cast.ada.id,
  );
  expect(await createWith("gus@annexe.example", 40000003, 40000004)).toBe("40000004");
});

test("nor one that an account has", async () => {
  expect(await createWith("hal@annexe.example", Number(cast.there), 40000005)).toBe("40000005");
});
