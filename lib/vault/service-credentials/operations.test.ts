import ssh2 from "ssh2";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { beginImpersonation } from "#lib/people/impersonation.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, tokenOf } from "#tests/credentials.ts";
import { by } from "#tests/rights.ts";
import { credentialRow, integrationRow } from "#tests/samples/credentials.ts";
import { createCredential } from "./create.ts";
import { deleteCredential } from "./delete.ts";
import { getCredential } from "./get.ts";
import { listCredentials } from "./list.ts";
import { listSystems } from "./list-systems.ts";
import { revealCredential } from "./reveal.ts";
import { makeKeyPair } from "./ssh-keys.ts";
import { updateCredential } from "./update.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
});

const code = (code: string) => ({ code });
const system = (settings: Parameters<typeof integrationRow>[1] = {}) => integrationRow(cast.here, settings);

const kept = async (who: Person, input: object = {}) =>
  by(who, createCredential, {
    integrationId: await system(),
    name: `one ${Math.random()}`,
    kind: "token",
    secret: "s3cret",
    ...input,
  });

const reveal = (who: Person, id: string) => by(who, revealCredential, { id });

describe("a service credential", () => {
  test("is kept sealed, and told again to its owner alone", async () => {
    const { id } = await kept(cast.ben);
    const [row] = await sql<{ sealed_secret: Buffer }>(
      "select sealed_secret from service_credentials where id = $1",
      id,
    );
    expect(row?.sealed_secret.includes("s3cret")).toBe(false);
    expect(await reveal(cast.ben, id)).toMatchObject({ secret: "s3cret" });
    for (const operation of [getCredential, updateCredential, deleteCredential, revealCredential] as Operation[])
      await expect(by(cast.ada, operation, { id })).rejects.toMatchObject(code("not_found"));
    expect(JSON.stringify(await by(cast.ben, listCredentials, {}))).not.toContain("s3cret");
  });

  test("has a name of its own, and is not overwritten by who read an older version", async () => {
    const { id } = await kept(cast.ben, { name: "Twice" });
    await expect(kept(cast.ben, { name: "TWICE" })).rejects.toMatchObject(code("conflict"));
    await kept(cast.ada, { name: "Twice" });
    await by(cast.ben, updateCredential, { id, username: "ben", version: 1 });
    await expect(by(cast.ben, updateCredential, { id, version: 1 })).rejects.toMatchObject(code("version_conflict"));
  });

  test("is for a system of the own account, of a kind that it takes", async () => {
    const elsewhere = await integrationRow(cast.there);
    await expect(kept(cast.ben, { integrationId: elsewhere })).rejects.toMatchObject(code("not_found"));
    await expect(kept(cast.ben, { kind: "password" })).rejects.toMatchObject(code("invalid_fields"));
    const registry = await system({ kind: "registry" });
    await expect(kept(cast.ben, { integrationId: registry })).rejects.toMatchObject(code("invalid_fields"));
    const automatic = await system({ mode: "automatic" });
    await expect(kept(cast.ben, { integrationId: automatic })).rejects.toMatchObject(code("conflict"));
  });

  test("that is replaced opens as the new one, and what was found out about the old one is forgotten", async () => {
    const { id } = await kept(cast.ben);
    await sql("update service_credentials set tested_at = now(), test_result = 'right' where id = $1", id);
    const replaced = await by(cast.ben, updateCredential, { id, secret: "another" });
    expect(replaced).toMatchObject({ testResult: null, version: 2, rotatedAt: expect.any(String) });
    expect(await reveal(cast.ben, id)).toMatchObject({ secret: "another" });
    await by(cast.ben, deleteCredential, { id });
    await expect(reveal(cast.ben, id)).rejects.toMatchObject(code("not_found"));
  });

  test("reminds again when its end or its reminder is another, and not when they are only said again", async () => {
    const [end, later] = ["2031-05-01T12:00:00.000Z", "2031-05-02T12:00:00.000Z"];
    const { id } = await kept(cast.ben, { expiresAt: end, remindDays: 7 });
    const isReminded = async (changes: object) => {
      await sql("update service_credentials set reminded_at = now() where id = $1", id);
      await by(cast.ben, updateCredential, { id, ...changes });
      const [row] = await sql<{ reminded: boolean }>(
        "select reminded_at is not null as reminded from service_credentials where id = $1",
        id,
      );
      return row?.reminded;
    };
    expect(await isReminded({ name: "renamed" })).toBe(true);
    expect(await isReminded({ expiresAt: end, remindDays: 7 })).toBe(true);
    expect(await isReminded({ remindDays: 14 })).toBe(false);
    expect(await isReminded({ expiresAt: later })).toBe(false);
    expect(await isReminded({ expiresAt: null })).toBe(false);
    expect(await by(cast.ben, getCredential, { id })).toMatchObject({ expiresAt: null, remindDays: 14 });
  });

  test("stands in no entry of the audit log with its secret, and each reading of it in one", async () => {
    const { id } = await kept(cast.ben, { secret: "unheard-of-4711" });
    await reveal(cast.ben, id);
    const entries = await sql<{ action: string }>(
      "select action, details::text from audit_entries where target = $1",
      id,
    );
    expect(entries.map(({ action }) => action)).toEqual(["credentials.create", "credentials.reveal"]);
    expect(JSON.stringify(entries)).not.toContain("4711");
  });
});

describe("the list", () => {
  test("goes by name, a page at a time, and finds by the system's name too", async () => {
    const who = await person(cast.here, ["Member"]);
    for (const name of ["b", "A", "c"]) await kept(who, { name });
    const first = await by(who, listCredentials, { limit: 2 });
    const rest = await by(who, listCredentials, { cursor: first.nextCursor });
    expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(["A", "b", "c"]);
    const search = first.items[0]?.integration.name.toUpperCase();
    expect((await by(who, listCredentials, { search })).items.map(({ name }) => name)).toEqual(["A"]);
  });

  test("of systems holds those of the account to which one brings a secret", async () => {
    const [manual, automatic] = [await system(), await system({ mode: "automatic" })];
    const ids = (await by(cast.ben, listSystems, { limit: 100 })).items.map(({ id }) => id);
    expect([ids.includes(manual), ids.includes(automatic)]).toEqual([true, false]);
    const theirs = (await by(cast.dan, listSystems, { limit: 100 })).items.map(({ id }) => id);
    expect(theirs.filter((id) => ids.includes(id))).toEqual([]);
  });
});

describe("an SSH key", () => {
  const shell = () => system({ kind: "git-ssh", baseUrl: "ssh://git@git.example.com/a.git" });

  test("is made here when none is brought, and reads as OpenSSH's", async () => {
    const made = await kept(cast.ben, { integrationId: await shell(), kind: "ssh-key", secret: undefined });
    expect(made.publicKey).toMatch(/^ssh-ed25519 AAAAC3[\w+/=]+ ben@one-[\d.]+$/);
    const { secret } = await reveal(cast.ben, made.id);
    expect(secret).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
    const read = ssh2.utils.parseKey(secret);
    if (read instanceof Error) throw read;
    expect(made.publicKey).toContain([read].flat()[0]?.getPublicSSH().toString("base64"));
  });

  test("that the library wrote so that nobody can read it is made once more", async () => {
    const { generateKeyPairSync: make, parseKey } = ssh2.utils;
    let broken = make("ed25519");
    while (!(parseKey(broken.private) instanceof Error)) broken = make("ed25519");
    vi.spyOn(ssh2.utils, "generateKeyPairSync").mockReturnValueOnce(broken);
    const { privateKey } = await makeKeyPair("ben@one");
    expect(parseKey(privateKey)).not.toBeInstanceOf(Error);
  });

  test("that is brought shows its public half, and is refused when it is none, or locked", async () => {
    const { privateKey: own, publicKey: half } = await makeKeyPair("mine");
    const { private: locked } = ssh2.utils.generateKeyPairSync("ed25519", {
      cipher: "aes256-cbc",
      passphrase: "x",
      rounds: 16,
    });
    const integrationId = await shell();
    const brought = await kept(cast.ben, { integrationId, kind: "ssh-key", secret: own.replaceAll("\n", "\r\n") });
    expect(brought.publicKey).toContain(half.split(" ")[1]);
    for (const secret of [
      half,
      locked,
      "ssh",
      "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
    ])
      await expect(kept(cast.ben, { integrationId, kind: "ssh-key", secret })).rejects.toMatchObject(
        code("invalid_fields"),
      );
  });
});

describe("a secret is read", () => {
  const withToken = async (who: Person, scopes: string[], id: string) => {
    const { secret } = await tokenOf(who, scopes);
    return execute(revealCredential, callerWith(bearer(secret)), { id });
  };

  test("by a token with the scope Secret, where the system allows it, and one sees by which", async () => {
    const open = await credentialRow(cast.ben, await system(), "for programs");
    const shut = await credentialRow(cast.ben, await system({ readableByPrograms: false }));
    expect((await withToken(cast.ben, ["Secret"], open)).output.secret).toBe("for programs");
    await expect(withToken(cast.ben, ["Secret"], shut)).rejects.toMatchObject(code("session_required"));
    await expect(withToken(cast.ben, ["Tasks"], open)).rejects.toMatchObject(code("insufficient_scope"));
    await reveal(cast.ben, open);
    const { usedBy } = await by(cast.ben, getCredential, { id: open });
    expect(usedBy).toMatchObject([
      { reader: "session", count: 1 },
      { name: expect.stringContaining("token"), count: 1 },
    ]);
  });

  test("by no token whose scope only covers it with a wildcard", async () => {
    const who = await person(cast.here, ["Administrator"]);
    const id = await credentialRow(who, await system());
    await expect(withToken(who, ["read-only"], id)).rejects.toMatchObject(code("insufficient_scope"));
  });

  test("only after step-up, and never by who acts for its owner", async () => {
    const id = await credentialRow(cast.ben, await system());
    const caller = await asPerson(cast.ben);
    await sql("update sessions set fresh_until = now() where user_id = $1", cast.ben.id);
    await expect(execute(revealCredential, caller, { id })).rejects.toMatchObject(code("step_up_required"));
    const input = { userId: cast.ben.id, reason: "Ticket 4711" };
    const { token } = await by(cast.ada, beginImpersonation, input);
    const acting = execute(revealCredential, callerWith(bearer(token)), { id });
    await expect(acting).rejects.toMatchObject(code("not_while_impersonating"));
  });
});
