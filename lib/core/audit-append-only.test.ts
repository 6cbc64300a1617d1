import { beforeAll, expect, test } from "vitest";
import { listAudit } from "#lib/audit/list.ts";
import { openStage, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { execute } from "./execute.ts";

beforeAll(async () => {
  const { cleo } = await openStage();
  await execute(listAudit, await asPerson(cleo), {}).catch(() => {});
});

const entries = () => sql("select * from audit_entries order by id");

test.each(["update audit_entries set code = null", "delete from audit_entries", "truncate audit_entries"])(
  "what is on record stays there: %s",
  async (statement) => {
    const before = await entries();
    expect(before).toHaveLength(1);
    await expect(sql(statement)).rejects.toThrow("append-only");
    expect(await entries()).toEqual(before);
  },
);
