import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { users } from "#db/schema/users.ts";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { asPerson, callerWith } from "#tests/credentials.ts";
import { execute } from "./execute.ts";
import { defineOperation } from "./operation.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});

const nothing = { input: z.strictObject({}), output: z.object({}) };
const notice = () => ({
  userId: cast.ben.id,
  event: "password_changed" as const,
  subject: "Renamed",
  paragraphs: ["You have a new name."],
});

/** An operation that renames whoever asks, with a part that the test chooses. */
const rename = (parts: Partial<Parameters<typeof defineOperation>[0]>) =>
  defineOperation({
    name: "test.rename",
    summary: "Rename yourself",
    route: "POST /test",
    allow: "signed-in",
    stepUp: "never",
    whileImpersonating: "refused",
    ...nothing,
    audit: () => ({ target: "the name" }),
    notify: notice,
    async run({ actor, tx }) {
      await tx.update(users).set({ fullName: "Renamed" }).where(eq(users.id, actor.id));
      return {};
    },
    ...(parts as object),
  });

/** The name of the one who asks, how often it is on record, and how many notices wait. */
async function traces(requestId: string) {
  const [found] = await sql(
    `select (select full_name from users where id = $1) as name,
      (select count(*)::int from audit_entries where request_id = $2 and result = 'done') as entries,
      (select count(*)::int from jobs.job where name = 'notice') as notices`,
    cast.ben.id,
    requestId,
  );
  return found;
}

test("a change, its entry and its notice commit together", async () => {
  const caller = await asPerson(cast.ben);
  const { notices } = (await traces(caller.requestId)) as { notices: number };
  await execute(rename({}), caller, {});
  expect(await traces(caller.requestId)).toEqual({ name: "Renamed", entries: 1, notices: notices + 1 });
});

const unmade: [why: string, parts: Parameters<typeof rename>[0]][] = [
  ["the entry cannot be written", { audit: () => ({ details: { amount: 1n as unknown as number } }) }],
  ["the entry cannot be made", { audit: () => raise() }],
  ["the notice cannot be made", { notify: () => raise() }],
  ["the answer does not fit its schema", { output: z.object({ promised: z.string() }) as never }],
  [
    "a statement fails, although nobody minds",
    {
      async run({ actor, tx }) {
        await tx
          .update(users)
          .set({ fullName: "Half done" })
          .where(eq(users.id, actor?.id ?? ""));
        await tx.execute("select 1 / 0").catch(() => {});
        return {};
      },
    },
  ],
];

const raise = (): never => {
  throw new Error("the pen is dry: postgres://latchkey:hunter2@db/secret");
};

test.each(unmade)("nothing is changed, recorded or mailed when %s", async (_, parts) => {
  const caller = await asPerson(cast.ben);
  const before = await traces(caller.requestId);
  await expect(execute(rename(parts), caller, {})).rejects.toMatchObject({ status: 500, code: "internal_error" });
  expect(await traces(caller.requestId)).toEqual(before);
});

test("a bug says nothing about itself to the outside", async () => {
  const refused = await execute(rename({ audit: raise }), await asPerson(cast.ben), {}).catch((error) => error);
  expect(JSON.stringify([refused.message, refused.details, refused.title])).not.toMatch(/pen|hunter2|postgres/);
});

test("an operation without audit cannot write: Postgres refuses", async () => {
  const caller = await asPerson(cast.ben);
  await sql("update users set full_name = 'Ben' where id = $1", cast.ben.id);
  const reading = rename({ audit: undefined, notify: undefined });
  await expect(execute(reading, caller, {})).rejects.toMatchObject({ status: 503 });
  expect(await traces(caller.requestId)).toMatchObject({ name: "Ben", entries: 0 });
});

test("what the output does not name never leaves", async () => {
  const chatty = defineOperation({
    name: "test.chatty",
    summary: "Say too much",
    route: "GET /test",
    allow: "anyone",
    input: z.strictObject({}),
    output: z.object({ name: z.string(), inner: z.object({ id: z.int() }) }),
    run: async () => ({ name: "Ben", passwordHash: "$argon2id$", inner: { id: 1, secretHash: "x" } }),
  });
  const { output } = await execute(chatty, callerWith({}), {});
  expect(output).toEqual({ name: "Ben", inner: { id: 1 } });
});

test("who may not is refused before anything runs, and input is read before that", async () => {
  const runs: string[] = [];
  const guarded = rename({
    allow: "launch:rocket",
    input: z.strictObject({ count: z.int() }) as never,
    run: async () => {
      runs.push("ran");
      return {};
    },
  });
  const caller = await asPerson(cast.cleo);
  await expect(execute(guarded, caller, { count: 1 })).rejects.toMatchObject({ status: 403, code: "forbidden" });
  await expect(execute(guarded, caller, { count: "1" })).rejects.toMatchObject({ status: 422 });
  await expect(execute(guarded, callerWith({}), { count: "1" })).rejects.toMatchObject({ status: 401 });
  expect(runs).toEqual([]);
});

test("every field that is wrong is named by its pointer", async () => {
  const listy = rename({
    input: z.strictObject({ "a/b": z.string(), "c~d": z.array(z.object({ n: z.int() })) }) as never,
  });
  const input = { "c~d": [{ n: 1 }, { n: 1.5 }], stray: true };
  const refused = await execute(listy, await asPerson(cast.ben), input).catch((error) => error);
  expect(refused.details.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
    "/a~1b",
    "/c~0d/1/n",
    "/stray",
  ]);
});
