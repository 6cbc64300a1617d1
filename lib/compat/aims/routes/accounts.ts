import type { z } from "zod";
import type { wireAccount } from "#lib/accounts/account.ts";
import { getAccount } from "#lib/accounts/get.ts";
import { listAccounts } from "#lib/accounts/list.ts";
import { readTopology, type Topology } from "#lib/accounts/topology.ts";
import { updateAccount } from "#lib/accounts/update.ts";
import type { ApiRoute } from "../../route.ts";
import { AimsRefusal } from "../errors.ts";
import { flag, locations, relationship, relationships } from "../query.ts";
import { accountOut, stamped } from "../shapes.ts";
import { type AimsRequest, row, rowOf } from "./row.ts";

const accountBody = { mfa_required: "boolean?", name: "string?" } as const;

const out = (account: z.output<typeof wireAccount>) => accountOut(stamped(account));

/** Said to be wrong when it is, but not taken: nothing is changed here but `mfa_required` (AC12). */
function assertAccountName(name: string | undefined) {
  const isName = name === undefined || (name.trim() !== "" && name.length <= 100);
  if (!isName) throw new AimsRefusal(400, "invalid_account_name");
}

/** Those of the accounts in a relationship that the asker may see, page by page. */
async function related({ path, query, run }: AimsRequest) {
  const asked = {
    accountId: path.account_id,
    relationship: relationship(path.relationship, relationships),
    active: flag(query, "active")?.toString(),
    mfaRequired: flag(query, "mfa_required")?.toString(),
    locations: locations(query)?.join(","),
  };
  return allOf((cursor) => run(listAccounts, { ...asked, limit: 100, cursor }));
}

type Page = z.output<typeof listAccounts.output>;

/** The accounts of a list that are open to the asker: no others are visible here. */
async function allOf(read: (cursor: string | undefined) => Promise<Page>) {
  const found: z.output<typeof wireAccount>[] = [];
  for (let page = await read(undefined); ; page = await read(page.nextCursor)) {
    for (const { account } of page.items) if (account) found.push(account);
    if (page.nextCursor === null) return found;
  }
}

/** 204 where it exists; both accounts must be visible (AC8, AC9). */
async function isRelated({
  path: { account_id: accountId, relationship: word, related_account_id: other = "" },
  run,
}: AimsRequest) {
  const asked = relationship(word, relationships);
  await run(getAccount, { accountId });
  await run(getAccount, { accountId: other });
  const { items } = await run(listAccounts, { accountId, relationship: asked, search: other, limit: 100 });
  if (!items.some(({ id }) => id === other)) throw new AimsRefusal(404);
}

/** One object: the account, with those below or above it in a member of that name, down to the last (AC10). */
async function topology({ path, query, run }: AimsRequest) {
  const kind = relationship(path.relationship, ["managed", "managing"] as const);
  const fields = query.get("fields")?.split(",") ?? [];
  const [active, wanted] = [flag(query, "active"), locations(query)];
  const { topology } = await run(readTopology, { accountId: path.account_id, relationship: kind });
  return { topology: drawn(topology) };

  function drawn(account: Topology): Record<string, unknown> {
    const all: Record<string, unknown> = out(account);
    const told = Object.entries(all).filter(
      ([name]) => name === "id" || fields.includes("all") || fields.includes(name),
    );
    return { ...Object.fromEntries(told), [kind]: (account[kind] ?? []).filter(isWanted).map(drawn) };
  }

  function isWanted(account: Topology): boolean {
    const isThere = wanted === undefined || wanted.some((one) => account.locations.includes(one));
    return isThere && (active === undefined || account.active === active);
  }
}

/** Accounts and how they stand to each other. */
export const accountRows: ApiRoute[] = [
  row("GET /aims/v1/{account_id}/account", getAccount, ({ path }) => ({ accountId: path.account_id }), out, 200),
  row(
    "POST /aims/v1/{account_id}/account",
    updateAccount,
    ({ path, body }) => {
      assertAccountName(body.name);
      return { accountId: path.account_id, mfaRequired: body.mfa_required };
    },
    out,
    200,
    { body: accountBody },
  ),
  rowOf(
    "GET /aims/v1/accounts/name/{name}",
    async ({ path: { name = "" }, run }) => ({
      accounts: (await allOf((cursor) => run(listAccounts, { name: name.slice(0, 100), limit: 100, cursor })))
        .filter((account) => account.name === name)
        .map(out),
    }),
    200,
  ),
  rowOf(
    "GET /aims/v1/{account_id}/account_ids/{relationship}",
    async (asked) => ({ account_ids: (await related(asked)).map(({ id }) => id) }),
    200,
  ),
  rowOf(
    "GET /aims/v1/{account_id}/accounts/{relationship}",
    async (asked) => ({ accounts: (await related(asked)).map(out) }),
    200,
  ),
  rowOf("GET /aims/v1/{account_id}/accounts/{relationship}/topology", topology, 200),
  rowOf("GET /aims/v1/{account_id}/accounts/{relationship}/{related_account_id}", isRelated, 204),
];
