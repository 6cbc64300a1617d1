import { beforeAll, describe, expect, test } from "vitest";
import { primary } from "#db/client.ts";
import { account, type Cast, manage, openStage, sql } from "#tests/cast.ts";
import { by, groupRow } from "#tests/rights.ts";
import { credentialRow } from "#tests/samples/credentials.ts";
import { openAdapterSecret } from "../provisioning/sealed.ts";
import { createIntegration } from "./create.ts";
import { deleteIntegration } from "./delete.ts";
import { getIntegration } from "./get.ts";
import { listIntegrations } from "./list.ts";
import { updateIntegration } from "./update.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
});

const code = (code: string) => ({ code });
const git = { kind: "git-https", baseUrl: "https://git.example.com/team/app.git" };
let made = 0;
const create = (input: object = {}) => by(cast.ada, createIntegration, { name: `System ${++made}`, ...git, ...input });

describe("an integration", () => {
  test("is added, changed and removed, and what it was stands on record", async () => {
    const { id: integrationId, signingSecret } = await create({ name: "Git server" });
    expect(signingSecret).toBeNull();
    const changed = await by(cast.ada, updateIntegration, { integrationId, readableByPrograms: true });
    expect(changed).toMatchObject({ version: 2, readableByPrograms: true, before: { readableByPrograms: false } });
    await by(cast.ada, deleteIntegration, { integrationId });
    await expect(by(cast.ada, getIntegration, { integrationId })).rejects.toMatchObject(code("not_found"));
    const entries = await sql("select action, details from audit_entries where target = $1 order by id", integrationId);
    expect(entries).toMatchObject([
      { action: "integrations.create", details: { after: { name: "Git server" } } },
      { action: "integrations.update", details: { before: { readableByPrograms: false } } },
      { action: "integrations.delete", details: { before: { name: "Git server", credentials: 0, people: 0 } } },
    ]);
  });

  test("has a name of its own, and is not overwritten by who read an older version", async () => {
    const { id: integrationId } = await create({ name: "Registry" });
    await expect(create({ name: "REGISTRY" })).rejects.toMatchObject(code("conflict"));
    await by(cast.ada, updateIntegration, { integrationId, version: 1 });
    await expect(by(cast.ada, updateIntegration, { integrationId, version: 1 })).rejects.toMatchObject(
      code("version_conflict"),
    );
  });

  test.each([
    ["git-https", "ssh://git@git.example.com/a.git"],
    ["git-https", "http://git.example.com/a.git"],
    ["git-https", "https://ada:secret@git.example.com/a.git"],
    ["git-ssh", "https://git.example.com"],
    ["git-ssh", "ssh://git:secret@git.example.com"],
    ["smtp", "https://mail.example.com"],
    ["database", "postgresql://ada:secret@db.example.com/x"],
    ["database", "postgresql:///x"],
    ["http-header", "https://api.example.com"],
  ])("of the kind %s is not at %s", async (kind, baseUrl) => {
    await expect(create({ kind, baseUrl })).rejects.toMatchObject(code("invalid_fields"));
  });

  test("that makes secrets by itself has to say how, and where", async () => {
    const automatic = { mode: "automatic", adapter: "gitea", adapterUrl: "https://git.example.com/" };
    await expect(create({ ...automatic, adapter: null })).rejects.toMatchObject(code("invalid_fields"));
    await expect(create({ ...automatic, adapterUrl: null })).rejects.toMatchObject(code("invalid_fields"));
    await expect(create(automatic)).rejects.toMatchObject(code("invalid_fields"));
    await expect(create({ ...automatic, adapterSecret: "root" })).rejects.toMatchObject(code("invalid_fields"));
    const { id } = await create({ ...automatic, adapterSecret: "root:s3cret" });
    const [row] = await sql<{ sealed: Buffer }>(
      "select sealed_adapter_secret as sealed from integrations where id = $1",
      id,
    );
    expect(row?.sealed.includes("s3cret")).toBe(false);
    const opened = await openAdapterSecret(primary(), { accountId: cast.here }, id, row?.sealed ?? Buffer.of());
    expect(opened).toBe("root:s3cret");
  });

  test("has its secrets made by Gitea and GitLab only where an access token opens it", async () => {
    const where = { adapterUrl: "https://git.example.com/", adapterSecret: "root:s3cret", headerName: "X-Api-Key" };
    const madeBy = (adapter: string, kind: string, baseUrl = "https://git.example.com/") =>
      create({ ...where, mode: "automatic", adapter, kind, baseUrl });
    for (const kind of ["git-https", "registry", "http-basic", "http-bearer"]) await madeBy("gitea", kind);
    const others = [
      ["smtp", "smtp://mail.example.com"],
      ["database", "postgresql://db.example.com/x"],
      ["git-ssh", "ssh://git@git.example.com/a.git"],
      ["http-header", "https://api.example.com/"],
    ] as const;
    for (const [kind, baseUrl] of others) {
      await expect(madeBy("gitlab", kind, baseUrl)).rejects.toMatchObject(code("invalid_fields"));
      await madeBy("hook", kind, baseUrl);
    }
  });

  test("with a provisioning hook shows its signing secret once, and a new one on demand", async () => {
    const hook = { mode: "automatic", adapter: "hook", adapterUrl: "https://hooks.example.com/" };
    const { id: integrationId, signingSecret } = await create(hook);
    expect(signingSecret).toMatch(/^whsec_/);
    expect(JSON.stringify(await by(cast.ada, getIntegration, { integrationId }))).not.toContain("whsec_");
    const changed = await by(cast.ada, updateIntegration, { integrationId, newSigningSecret: true });
    expect(changed.signingSecret).toMatch(/^whsec_/);
    expect(changed.signingSecret).not.toBe(signingSecret);
  });

  test("leads to no other host while people keep secrets for it, nor its adapter without a secret of its own", async () => {
    const { id: integrationId } = await create();
    await credentialRow(cast.ben, integrationId);
    const move = (baseUrl: string) => by(cast.ada, updateIntegration, { integrationId, baseUrl });
    await expect(move("https://git.evil.example/team/app.git")).rejects.toMatchObject(code("conflict"));
    await move("https://git.example.com/team/other.git");
    const adapter = { mode: "automatic", adapter: "gitlab", adapterUrl: "https://a.example", adapterSecret: "x" };
    const { id } = await create(adapter);
    const input = { integrationId: id, adapterUrl: "https://evil.example" };
    await expect(by(cast.ada, updateIntegration, input)).rejects.toMatchObject(code("invalid_fields"));
    await by(cast.ada, updateIntegration, { ...input, adapterSecret: "y" });
  });

  test("takes no group of another account", async () => {
    const groupId = await groupRow(cast.there);
    await expect(create({ groupId })).rejects.toMatchObject(code("not_found"));
  });

  test("whose group is gone stays as narrow as it was when something else about it is saved", async () => {
    const groupId = await groupRow(cast.here);
    const { id: integrationId } = await create({ groupId });
    await sql("delete from groups where id = $1", groupId);
    const saved = await by(cast.ada, updateIntegration, { integrationId, groupId, readableByPrograms: true });
    expect(saved.group).toEqual({ id: groupId, name: null });
  });

  test("goes with all that people keep for it, and says how much that is", async () => {
    const { id: integrationId } = await create();
    for (const who of [cast.ben, cast.ben, cast.cleo]) await credentialRow(who, integrationId);
    expect(await by(cast.ada, getIntegration, { integrationId })).toMatchObject({ usage: { count: 3, people: 2 } });
    expect((await by(cast.ada, deleteIntegration, { integrationId })).before).toMatchObject({
      credentials: 3,
      people: 2,
    });
    expect(await sql("select from service_credentials where integration_id = $1", integrationId)).toEqual([]);
  });

  test("of a managed account can be looked after, and is in no other's list", async () => {
    const accountId = await account("Managed");
    await manage(cast.here, accountId);
    const { id } = await create({ accountId });
    const ids = async (input: object) => (await by(cast.ada, listIntegrations, input)).items.map(({ id }) => id);
    expect(await ids({ accountId })).toEqual([id]);
    expect(await ids({ limit: 100 })).not.toContain(id);
  });
});

test("the list goes by name, a page at a time, and finds by name and address", async () => {
  const there = await account("Listed");
  await manage(cast.here, there);
  for (const name of ["b", "A", "c"])
    await create({ accountId: there, name, baseUrl: `https://${name.toLowerCase()}.example.com/` });
  const first = await by(cast.ada, listIntegrations, { accountId: there, limit: 2 });
  const rest = await by(cast.ada, listIntegrations, { accountId: there, cursor: first.nextCursor });
  expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(["A", "b", "c"]);
  const found = await by(cast.ada, listIntegrations, { accountId: there, search: "C.example" });
  expect(found.items.map(({ name }) => name)).toEqual(["c"]);
});
