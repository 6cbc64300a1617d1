import { beforeAll, expect, test, vi } from "vitest";
import { grantRole } from "#lib/access/roles/grant.ts";
import { peerHeader } from "#lib/http/headers.ts";
import { type Cast, openStage, type Person } from "#tests/cast.ts";
import { cookieOf, ownOrigin, sessionOf } from "#tests/credentials.ts";
import { issue, more, openScene, stateOf } from "#tests/outgrowing.ts";
import { holder, roleRow } from "#tests/rights.ts";
import { rightsAction } from "./rights-action.ts";

const given = vi.hoisted(() => ({ headers: new Headers() }));

vi.mock("next/headers", () => ({
  headers: async () => given.headers,
  cookies: async () => given.headers.get("cookie") ?? "",
}));
vi.mock("next/cache", () => ({ refresh: () => {} }));

const grant = rightsAction(grantRole);

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});

async function send(person: Person, fields: Record<string, string>) {
  const cookie = await cookieOf(await sessionOf(person));
  given.headers = new Headers({ ...ownOrigin(), ...cookie, [peerHeader]: "127.0.0.1" });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return grant({ status: "idle" }, form);
}

test("a change that outgrows nothing is made at once", async () => {
  const { id } = await openScene(cast, "access_key");
  expect(await send(cast.ada, { userId: id, roleId: await roleRow(cast.here, more) })).toMatchObject({
    status: "done",
    output: { outgrown: { accessKeys: 0 } },
  });
});

test("one that outgrows secrets asks first, and does what was chosen for those that were seen", async () => {
  const scene = await openScene(cast, "access_key");
  const key = await issue(scene, scene.weak.id);
  const fields = { userId: scene.id, roleId: await roleRow(cast.here, more) };
  const asked = { status: "asks", outgrown: { accessKeys: 1, items: [{ id: key }] }, values: fields };
  expect(await send(cast.ada, fields)).toMatchObject(asked);
  expect(await send(cast.ada, { ...fields, endSecretsOf: "outgrown" })).toMatchObject(asked);
  const other = await issue(scene, scene.weak.id);
  const chosen = { ...fields, endSecretsOf: "outgrown", $outgrown: `1 0 ${key}` };
  expect(await send(cast.ada, chosen)).toMatchObject({ status: "asks", outgrown: { accessKeys: 2 } });
  expect([await stateOf(scene, key), await stateOf(scene, other)]).toEqual(["alive", "alive"]);
  const [first, second] = [key, other].sort();
  expect(await send(cast.ada, { ...chosen, $outgrown: `2 0 ${first} ${second}` })).toMatchObject({ status: "done" });
  expect([await stateOf(scene, key), await stateOf(scene, other)]).toEqual(["ended", "ended"]);
});

test("who may not make the change is refused before anything is asked", async () => {
  const scene = await openScene(cast, "access_key");
  await issue(scene, scene.weak.id);
  const nobody = await holder(cast.here, {});
  const fields = { userId: scene.id, roleId: await roleRow(cast.here, more) };
  expect(await send(nobody, fields)).toMatchObject({ status: "refused", problem: { code: "forbidden" } });
});
