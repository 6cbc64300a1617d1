import { beforeAll, expect, test } from "vitest";
import { deleteGroup } from "#lib/people/groups/delete.ts";
import { account, openStage, type Person, person } from "#tests/cast.ts";
import { bearer } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { startReplica } from "#tests/replica.ts";
import { by } from "#tests/rights.ts";
import { type ApiUserRow, apiTokenOf, apiUserRow, secretRow } from "#tests/samples/api-users.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { rotateCustomerKey } from "./customer-key.ts";
import { deleteApiUser } from "./delete.ts";
import { dropApiUserSecret } from "./secrets.ts";
import { updateApiUser } from "./update.ts";

let replicas: TestApi[];

beforeAll(async () => {
  const { url } = await openStage({ RATE_LIMIT_FACTOR: "100000" });
  replicas = [await openTestApi(), await startReplica(url)];
});

const revocations: [what: string, done: (ada: Person, user: ApiUserRow) => Promise<unknown>][] = [
  ["deleted", (ada, { id }) => by(ada, deleteApiUser, { apiUserId: id })],
  ["deactivated", (ada, { id }) => by(ada, updateApiUser, { apiUserId: id, active: false })],
  ["out of its last group", (ada, { groupId }) => by(ada, deleteGroup, { groupId })],
  [
    "bound to another address",
    (ada, { id }) => by(ada, updateApiUser, { apiUserId: id, allowedAddresses: ["198.51.100.7"] }),
  ],
  ["with a secret dropped", (ada, { id, secretId }) => by(ada, dropApiUserSecret, { apiUserId: id, secretId })],
  ["under a customer key replaced at once", (ada) => by(ada, rotateCustomerKey, { overlap: "now" })],
];

test.each(revocations)("an API user %s is refused at its next request, on each replica", async (_, done) => {
  const ada = await person(await account("Quarry"), ["Administrator"]);
  for (let round = 0; round < rounds(1000); round++) {
    const user = await apiUserRow(ada.accountId);
    await secretRow(user);
    const headers = bearer(await apiTokenOf(user));
    const next = () =>
      Promise.all(replicas.map(async (api) => (await api.request("/api/v1/tokens/verify", { headers })).status));
    expect(await next()).toEqual([200, 200]);
    await done(ada, user);
    expect((await next()).every((status) => status === 401 || status === 403)).toBe(true);
  }
});
