import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { revokeTokenOf } from "#lib/people/users/tokens.ts";
import { type Cast, openStage, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { revealToken } from "./retrievable-secret.ts";
import { revokeToken } from "./revoke.ts";
import { rotateToken } from "./rotate.ts";
import { updateToken } from "./update.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
});

type Id = { id: string };
const asOwner = async () => {
  const owner = await person(cast.here, ["Member"]);
  const { id } = await tokenOf(owner, ["profile:read"]);
  return { owner, id, caller: callerWith(bearer(await sessionOf(owner))) };
};
type Owner = Awaited<ReturnType<typeof asOwner>>;

/** Everything that a page offers for a live token. */
const acts: [what: string, act: (of: Owner) => Promise<unknown>][] = [
  ["editing", ({ caller, id }) => execute(updateToken, caller, { id, name: "Another name" })],
  ["rotating", ({ caller, id }) => execute(rotateToken, caller, { id, overlap: "1h" })],
  ["copying", ({ caller, id }) => execute(revealToken, caller, { id })],
  ["revoking", ({ caller, id }) => execute(revokeToken, caller, { id })],
];

const ended =
  (set: string) =>
  ({ id }: Id) =>
    sql(`update tokens set ${set} where id = $1`, id);

describe.each(acts)("%s a token that ended in the meantime", (_, act) => {
  test("says who revoked it, and when", async () => {
    const of = await asOwner();
    await ended(`ended_at = '2026-03-04T05:06:00Z', ended_reason = 'revoked', ended_by = user_id`)(of);
    await expect(act(of)).rejects.toMatchObject({
      code: "token_ended",
      status: 409,
      message: expect.stringContaining(`was revoked by ${of.owner.username} on 4 Mar 2026, 05:06 UTC`),
    });
  });

  test("says that it expired", async () => {
    const of = await asOwner();
    await ended("created_at = now() - interval '2 days', expires_at = now() - interval '1 day'")(of);
    await expect(act(of)).rejects.toMatchObject({
      code: "token_ended",
      message: expect.stringContaining(" expired on "),
    });
  });

  test("says nothing of another's", async () => {
    const [of, other] = [await asOwner(), await asOwner()];
    await ended("ended_at = now(), ended_reason = 'revoked'")(other);
    await expect(act({ ...of, id: other.id })).rejects.toMatchObject({ code: "not_found" });
  });
});

test("an administrator who revokes a token twice is told that it is, and by whom", async () => {
  const { owner, id } = await asOwner();
  const boss = await asPerson(await person(cast.here, ["Administrator"]));
  await execute(revokeTokenOf, boss, { userId: owner.id, id });
  await expect(execute(revokeTokenOf, boss, { userId: owner.id, id })).rejects.toMatchObject({ code: "token_ended" });
});
