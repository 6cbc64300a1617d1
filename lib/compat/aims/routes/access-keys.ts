import type { z } from "zod";
import { createAccessKey } from "#lib/machines/access-keys/create.ts";
import { deleteAccessKey } from "#lib/machines/access-keys/delete.ts";
import { getAccessKey } from "#lib/machines/access-keys/get.ts";
import { listAccessKeys } from "#lib/machines/access-keys/list.ts";
import { updateAccessKey } from "#lib/machines/access-keys/update.ts";
import type { ApiRoute } from "../../route.ts";
import { AimsRefusal } from "../errors.ts";
import { epochOf, keyOut, stamped } from "../shapes.ts";
import { type AimsRequest, row, rowOf, silent } from "./row.ts";

type Key = z.output<typeof getAccessKey.output>;

const out = (key: Key) =>
  keyOut({ ...stamped(key), lastLogin: key.lastSignInAt === null ? 0 : epochOf(key.lastSignInAt) });

const labelBody = { label: "string?" } as const;

const whose = ({ path }: AimsRequest | AimsRequest<typeof labelBody>) => ({
  accountId: path.account_id,
  userId: (path.user_id ?? "").toLowerCase(),
});
const which = (asked: AimsRequest) => ({ ...whose(asked), accessKeyId: asked.path.access_key_id ?? "" });
const anywhere = ({ path }: AimsRequest | AimsRequest<typeof labelBody>) => ({
  accountId: "*",
  accessKeyId: path.access_key_id ?? "",
});

/** Ids alone, unless more is asked for (AK5). */
async function list(asked: AimsRequest) {
  const wanted = asked.query.get("out") ?? "ids_only";
  if (wanted !== "ids_only" && wanted !== "full") throw new AimsRefusal(400, "invalid_option");
  const { items } = await asked.run(listAccessKeys, whose(asked));
  return { access_keys: wanted === "full" ? items.map(out) : items.map(({ id }) => id) };
}

/** The address does not say in which account the key is: that is found first. */
async function relabel(asked: AimsRequest<typeof labelBody>) {
  const key = await asked.run(getAccessKey, anywhere(asked));
  const { label } = asked.body;
  if (label === undefined) return out(key);
  return out(await asked.run(updateAccessKey, { accessKeyId: key.id, accountId: key.accountId, label }));
}

const base = "/aims/v1/{account_id}/users/{user_id}/access_keys";

/** Access keys. */
export const accessKeyRows: ApiRoute[] = [
  rowOf(`GET ${base}`, list, 200),
  row(
    `POST ${base}`,
    createAccessKey,
    (asked) => ({ ...whose(asked), label: asked.body.label }),
    ({ secretKey, ...key }) => ({ ...out(key), secret_key: secretKey }),
    201,
    { body: labelBody },
  ),
  row(`GET ${base}/{access_key_id}`, getAccessKey, which, out, 200),
  row(`DELETE ${base}/{access_key_id}`, deleteAccessKey, which, silent, 204),
  rowOf("POST /aims/v1/access_keys/{access_key_id}", relabel, 200, { body: labelBody }),
  // Of the web client (X3).
  row("GET /aims/v1/access_keys/{access_key_id}", getAccessKey, anywhere, out, 200),
];
