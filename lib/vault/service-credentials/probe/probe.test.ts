import { execFileSync, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import pg from "pg";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { transaction } from "#db/client.ts";
import { type EgressPolicy, publicInternet, publicOrAllowlisted } from "#lib/core/net/egress-policy.ts";
import { createIntegration } from "#lib/vault/integrations/create.ts";
import { deleteIntegration } from "#lib/vault/integrations/delete.ts";
import { getIntegration } from "#lib/vault/integrations/get.ts";
import { updateIntegration } from "#lib/vault/integrations/update.ts";
import { type Cast, openStage } from "#tests/cast.ts";
import { certificate, key, openReceiver, type Receiver, selfSigned } from "#tests/receiver.ts";
import { by } from "#tests/rights.ts";
import { configure } from "#tests/settings.ts";
import { openShellServer, type ShellServer } from "#tests/shell-server.ts";
import { createCredential } from "../create.ts";
import { makeKeyPair } from "../ssh-keys.ts";
import { noteFinding, testCredential } from "../try.ts";
import type { ProbeResult } from "./finding.ts";
import { probe } from "./probe.ts";

let cast: Cast;
let receiver: Receiver;
let folder: string;

beforeAll(async () => {
  cast = await openStage();
  receiver = await openReceiver();
  folder = mkdtempSync(join(tmpdir(), "latchkey-git-"));
  execFileSync("git", ["init", "--quiet", "--bare", join(folder, "app.git")]);
});

afterAll(() => rmSync(folder, { recursive: true }));

const right = { username: "ada", secret: "right" };

const pair = async () => {
  const { privateKey, publicKey } = await makeKeyPair("test");
  return { private: privateKey, public: publicKey };
};

const [user, host, other] = await Promise.all([pair(), pair(), pair()]);
const at = (kind: ProbeResult["kind"], baseUrl: string, tried: Partial<ProbeResult> = {}): ProbeResult => ({
  kind,
  baseUrl,
  headerName: null,
  hostKey: null,
  ...right,
  ...tried,
});

const result = async (tried: ProbeResult, policy: EgressPolicy = receiver.policy, waits?: number) =>
  (await probe(tried, policy, waits)).result;

const onPort = (server: Pick<Server, "listen" | "address" | "close">) =>
  new Promise<number>((open) => {
    server.listen(0, "127.0.0.1", () => open((server.address() as AddressInfo).port));
    afterAll(() => void server.close());
  });

const basic = `Basic ${Buffer.from("ada:right").toString("base64")}`;

/** Lets in who says this in a header, and answers as `then` does. */
const letIn = (wanted: string, then: Receiver["answer"], header = "authorization") => {
  receiver.answer = (req, res) => (req.headers[header] === wanted ? then(req, res) : void res.writeHead(401).end());
};

/** `git http-backend` as a web server runs it (CGI). */
function gitBackend(req: IncomingMessage, res: ServerResponse) {
  const url = new URL(String(req.url), "https://git.test");
  const cgi = {
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: String(req.method),
    REMOTE_USER: "ada",
  };
  const child = spawn("git", ["http-backend"], { env: { ...process.env, ...cgi } });
  child.stdin.end();
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.on("close", () => {
    const said = Buffer.concat(chunks);
    const head = said.subarray(0, said.indexOf("\r\n\r\n")).toString();
    const headers = head.split("\r\n").map((line) => line.split(": ") as [string, string]);
    const status = Number(headers.find(([name]) => name === "Status")?.[1].slice(0, 3) ?? 200);
    for (const [name, value] of headers) if (name !== "Status") res.setHeader(name, value);
    res.writeHead(status).end(said.subarray(head.length + 4));
  });
}

describe("git over HTTPS", () => {
  const repository = (name: string, tried = {}) => at("git-https", `https://127.0.0.1:${receiver.port}/${name}`, tried);

  test("is right for a repository that git itself gives, and wrong with another password", async () => {
    letIn(basic, gitBackend);
    expect(await result(repository("app.git"))).toBe("right");
    expect(await result(repository("app.git/"))).toBe("right");
    expect(await result(repository("app.git", { secret: "wrong" }))).toBe("wrong_password");
  });

  test("tells a repository that is not there from a page that is none", async () => {
    letIn(basic, gitBackend);
    expect(await probe(repository("none.git"), receiver.policy)).toMatchObject({ result: "other", words: /404/ });
    letIn(basic, (_, res) => void res.end("<html>"));
    expect(await result(repository("app.git"))).toBe("other");
  });
});

describe("git over SSH", () => {
  let server: ShellServer;

  beforeAll(async () => {
    server = await openShellServer({ user, host });
    return () => server.close();
  }, 60_000);

  const shell = (path: string, tried: Partial<ProbeResult> = {}) =>
    at("git-ssh", `ssh://git@127.0.0.1:${server.port}${path}`, {
      ...{ username: server.username, secret: user.private },
      ...tried,
    });

  test("is right with the key that is known there, for a repository that is there", async ({ annotate }) => {
    await annotate(`against ${server.software}`);
    expect(await result(shell(`${folder}/app.git`))).toBe("right");
    expect(await result(shell(""))).toBe("right");
    expect(await result(shell(`${folder}/none.git`))).toBe("other");
  });

  test("is wrong with another key", async () => {
    expect(await result(shell(`${folder}/app.git`, { secret: other.private }))).toBe("wrong_password");
  });

  test("is known by the host key it showed first, until an administrator accepts another", async () => {
    configure({ PRIVATE_NETWORKS: "127.0.0.0/8" });
    const { kind, baseUrl, username, secret } = shell("");
    const { id: integrationId } = await by(cast.ada, createIntegration, { name: "Shell", kind, baseUrl });
    const brought = { integrationId, name: "key", kind: "ssh-key", username, secret };
    const { id } = await by(cast.ben, createCredential, brought);
    const attempt = async () => (await by(cast.ben, testCredential, { id })).result;
    const keys = async () => {
      const { hostKey, offeredHostKey } = await by(cast.ada, getIntegration, { integrationId });
      return [hostKey, offeredHostKey];
    };
    const accept = (acceptHostKey: string) => by(cast.ada, updateIntegration, { integrationId, acceptHostKey });
    expect([await keys(), await attempt(), await attempt()]).toEqual([[null, null], "right", "right"]);
    const [first] = await keys();
    expect(first).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    await server.close();
    server = await openShellServer({ user, host: other }, server.port);
    expect(await attempt()).toBe("host_changed");
    const [known, offered] = await keys();
    expect(known).toBe(first);
    expect(offered).not.toBe(first);
    await expect(accept(`SHA256:${"x".repeat(43)}`)).rejects.toMatchObject({ code: "conflict" });
    expect(await attempt()).toBe("host_changed");
    await accept(String(offered));
    expect([await keys(), await attempt()]).toEqual([[offered, null], "right"]);
    await server.close();
    server = await openShellServer({ user, host }, server.port);
    expect([await attempt(), await keys()]).toEqual(["host_changed", [offered, first]]);
    await server.close();
    server = await openShellServer({ user, host: other }, server.port);
    expect([await attempt(), await keys()]).toEqual(["right", [offered, null]]);
    await expect(accept(String(first))).rejects.toMatchObject({ code: "conflict" });
  });
});

test("noting what a try came to and removing its integration wait for each other, in whichever order they come", async () => {
  const { privateKey, publicKey } = await makeKeyPair("test");
  const known = { result: "right", words: "", hostKey: publicKey } as const;
  for (let round = 0; round < 20; round++) {
    const baseUrl = "ssh://git@git.example.com/app.git";
    const system = { name: `Raced ${round}`, kind: "git-ssh", baseUrl };
    const { id: integrationId } = await by(cast.ada, createIntegration, system);
    const brought = { integrationId, name: system.name, kind: "ssh-key", username: "git", secret: privateKey };
    const { id } = await by(cast.ben, createCredential, brought);
    const noted = transaction((tx) => noteFinding(tx, cast.ben, { id, integrationId, baseUrl }, known));
    await Promise.all([noted, by(cast.ada, deleteIntegration, { integrationId })]);
  }
});

describe("a container registry", () => {
  const registry = (tried = {}) => at("registry", receiver.url, tried);

  test("that takes Basic is right, or wrong", async () => {
    letIn(basic, (_, res) => void res.end("{}"));
    expect(await result(registry())).toBe("right");
    expect(await result(registry({ secret: "wrong" }))).toBe("wrong_password");
  });

  test("that names who gives its tokens is asked with one of those", async () => {
    receiver.answer = (req, res) => {
      const { pathname, searchParams } = new URL(String(req.url), receiver.url);
      const isKnown = req.headers.authorization === basic && searchParams.get("service") === "here";
      if (pathname === "/tokens") return void res.writeHead(isKnown ? 200 : 401).end('{"token": "t0ken"}');
      if (req.headers.authorization === "Bearer t0ken") return void res.end("{}");
      const challenge = `Bearer realm="https://127.0.0.1:${receiver.port}/tokens",service="here"`;
      res.writeHead(401, { "www-authenticate": challenge }).end();
    };
    expect(await result(registry())).toBe("right");
    expect(await result(registry({ secret: "wrong" }))).toBe("wrong_password");
  });

  test("leads to nobody inside for a token", async () => {
    receiver.answer = (_, res) =>
      void res.writeHead(401, { "www-authenticate": 'Bearer realm="https://169.254.169.254/latest"' }).end();
    expect(await result(registry())).toBe("unreachable");
  });
});

test("HTTP is tried with the name and password, the bearer token, or the header that the system wants", async () => {
  const fine: Receiver["answer"] = (_, res) => void res.writeHead(204).end();
  letIn(basic, fine);
  expect(await result(at("http-basic", receiver.url))).toBe("right");
  letIn("Bearer right", fine);
  expect(await result(at("http-bearer", receiver.url))).toBe("right");
  expect(await result(at("http-bearer", receiver.url, { secret: "wrong" }))).toBe("wrong_password");
  letIn("right", fine, "x-api-key");
  expect(await result(at("http-header", receiver.url, { headerName: "X-Api-Key" }))).toBe("right");
  expect(await result(at("http-header", receiver.url, { headerName: "X-Api-Key", secret: "a\nb" }))).toBe("other");
});

test("a mail server is right, or wrong, over TLS alone", async () => {
  const open = (options: object) => {
    const mails = new SMTPServer({
      ...{ key, cert: certificate, authOptional: false, logger: false },
      onAuth: ({ username, password }, _, done) =>
        username === "ada" && password === "right" ? done(null, { user: "ada" }) : done(new Error("no")),
      ...options,
    });
    mails.on("error", () => {});
    return onPort(mails.server);
  };
  const [started, secure, plain] = [
    await open({}),
    await open({ secure: true }),
    await open({ disabledCommands: ["STARTTLS"] }),
  ];
  expect(await result(at("smtp", `smtp://127.0.0.1:${started}`))).toBe("right");
  expect(await result(at("smtp", `smtps://127.0.0.1:${secure}`))).toBe("right");
  expect(await result(at("smtp", `smtp://127.0.0.1:${started}`, { secret: "wrong" }))).toBe("wrong_password");
  expect(await result(at("smtp", `smtp://127.0.0.1:${plain}`))).not.toBe("right");
  const untrusting = { isAllowed: () => true };
  expect(await result(at("smtp", `smtps://127.0.0.1:${secure}`), untrusting)).toBe("bad_certificate");
});

/** Lets the tests' Postgres speak TLS for a while; who asks for none still gets none. */
async function withTls(superuserUrl: string, work: () => Promise<void>) {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  const write = (text: string, file: string) => {
    const lines = `select unnest(string_to_array(${client.escapeLiteral(text)}, chr(10)))`;
    return client.query(`copy (${lines}) to program 'umask 077; cat > ${file}'`);
  };
  const turn = async (ssl: "on" | "off") => {
    await client.query(`alter system set ssl = ${ssl}`);
    await client.query("select pg_reload_conf()");
    for (let is = ""; is !== ssl; ) is = (await client.query("show ssl")).rows[0].ssl;
  };
  await write(certificate, "probe.crt");
  await write(key, "probe.key");
  await client.query("alter system set ssl_cert_file = 'probe.crt'");
  await client.query("alter system set ssl_key_file = 'probe.key'");
  try {
    await turn("on");
    await work();
  } finally {
    await turn("off");
    await client.end();
  }
}

describe("a database", () => {
  const database = (rest: string, tried = {}) => {
    const { host, username, password: secret } = new URL(cast.url);
    return at("database", `postgresql://${host}/${rest}`, { username, secret, ...tried });
  };

  test("is right, or wrong, in a network that was opened", async () => {
    configure({ PRIVATE_NETWORKS: "127.0.0.0/8,::1" });
    const plain = `${new URL(cast.url).pathname.slice(1)}?sslmode=disable`;
    expect(await probe(database(plain), publicOrAllowlisted)).toMatchObject({ result: "right" });
    expect(await result(database(plain, { secret: "wrong" }), publicOrAllowlisted)).toBe("wrong_password");
    expect(await result(database("none?sslmode=disable"), publicOrAllowlisted)).toBe("other");
    expect(await probe(database("x"), publicOrAllowlisted)).toMatchObject({ result: "other", words: /TLS/ });
  });

  test("is right, or wrong, over TLS, and untrusted where its certificate is", async () => {
    const { superuserUrl } = inject("postgres");
    const name = new URL(cast.url).pathname.slice(1);
    await withTls(superuserUrl, async () => {
      expect(await probe(database(name), receiver.policy)).toMatchObject({ result: "right" });
      expect(await result(database(name, { secret: "wrong" }))).toBe("wrong_password");
      expect(await result(database("none"))).toBe("other");
      expect(await result(database(name), { isAllowed: () => true })).toBe("bad_certificate");
      const misnamed = database(name).baseUrl.replace("127.0.0.1", "other.localhost");
      const anywhere = { ...receiver.policy, isAllowed: () => true };
      expect(await result(database(name, { baseUrl: misnamed }), anywhere)).toBe("bad_certificate");
    });
  });

  test("is reached without TLS nowhere else", async () => {
    configure({});
    expect(await probe(database("x?sslmode=disable"), receiver.policy)).toMatchObject({
      result: "other",
      words: /TLS/,
    });
  });
});

describe("what cannot be tried", () => {
  test("is unreachable where nobody listens, and untrusted where the certificate is", async () => {
    const server = createServer();
    const port = await onPort(server);
    await new Promise((closed) => server.close(closed));
    expect(await result(at("http-basic", `https://127.0.0.1:${port}`))).toBe("unreachable");
    expect(await result(at("http-basic", receiver.url), { isAllowed: () => true })).toBe("bad_certificate");
    const misnamed = receiver.url.replace("127.0.0.1", "127.0.0.2");
    expect(await result(at("http-basic", misnamed), { ...receiver.policy, isAllowed: () => true })).toMatch(
      /unreachable|bad_certificate/,
    );
  });

  type Treat = (socket: Socket) => void;

  /** A server that treats each who comes in its own way, and how many of them are still there. */
  async function hostile(treat: Treat = () => {}, make: (treat: Treat) => Server = createServer) {
    const [there, gone] = [new Set<Socket>(), new EventEmitter()];
    const server = make((socket: Socket) => {
      there.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => there.delete(socket) && gone.emit("one"));
      // Who reads nothing is not told that the other side has gone.
      socket.resume();
      treat(socket);
    });
    const left = async () => {
      while (there.size) await once(gone, "one");
    };
    return { port: await onPort(server), left };
  }

  /** Says this, and then one thing without an end, as fast as it is taken. */
  const pouring =
    (beginning: string): Treat =>
    (socket) => {
      const pour = () => void (socket.destroyed || socket.write("x".repeat(65_536), pour));
      socket.write(beginning, "latin1", pour);
    };

  const secure = (treat: Treat) => createTlsServer(selfSigned, treat).on("tlsClientError", () => {});
  const secretOf = (kind: string) => (kind === "git-ssh" ? user.private : "x");
  const protocolOf = (kind: string) =>
    ({ smtp: "smtp", "git-ssh": "ssh", database: "postgresql" })[kind as string] ?? "https";
  const tryAt = (kind: ProbeResult["kind"], port: number, rest = "", waits?: number) =>
    probe(
      at(kind, `${protocolOf(kind)}://127.0.0.1:${port}/${rest}`, { secret: secretOf(kind) }),
      receiver.policy,
      waits,
    );

  test.each(["http-basic", "smtp", "git-ssh", "database", "registry"] as const)(
    "is given up when %s does not answer, and its connection ended",
    async (kind) => {
      const { port, left } = await hostile();
      expect((await tryAt(kind, port, "", 150)).result).toBe("timed_out");
      await left();
    },
  );

  test.each([
    ["smtp", "220 "],
    ["git-ssh", ""],
    ["git-ssh", "SSH-2.0-x\r\n"],
    ["database", "R\x7f\xff\xff\xff"],
  ] as const)(
    "is not listened to for long when %s pours after %j, and its connection ended",
    async (kind, beginning) => {
      configure({ PRIVATE_NETWORKS: "127.0.0.0/8" });
      const { port, left } = await hostile(pouring(beginning));
      expect((await tryAt(kind, port, "x?sslmode=disable")).result).toBe("other");
      await left();
    },
  );

  test("is not listened to for long behind TLS either", async () => {
    const { port, left } = await hostile(pouring("220 "), secure);
    expect(await probe(at("smtp", `smtps://127.0.0.1:${port}`), receiver.policy)).toMatchObject({
      words: "It says more than such a system does.",
    });
    await left();
  });

  const promising: Treat = (socket) => void socket.write("HTTP/1.1 102 Processing\r\n\r\n".repeat(100));

  test.each<[where: string, treat: Treat, expected: string]>([
    ["in its body", pouring("HTTP/1.1 200 OK\r\n\r\n"), "right"],
    ["in its head", pouring("HTTP/1.1 200 OK\r\nx: "), "other"],
    ["in promises", promising, "unreachable"],
  ])("is not listened to for long when a web server pours %s", async (_, treat, expected) => {
    const { port, left } = await hostile(treat, secure);
    expect((await tryAt("http-basic", port)).result).toBe(expected);
    await left();
  });

  const inside = ["127.0.0.1", "localhost", "0177.0.0.1", "2130706433", "0x7f000001", "169.254.169.254", "10.0.0.1"];
  const mapped = ["[::1]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[fe80::1]", "[64:ff9b::7f00:1]"];
  const protocols = { "http-basic": "https", smtp: "smtp", "git-ssh": "ssh", database: "postgresql" } as const;

  test.each([...inside, ...mapped])("leads not to %s, whatever the kind", async (host) => {
    for (const [kind, protocol] of Object.entries(protocols) as [ProbeResult["kind"], string][])
      expect(await result(at(kind, `${protocol}://${host}:${receiver.port}/`), publicInternet), kind).toBe(
        "unreachable",
      );
  });

  test("follows no redirect, to wherever", async () => {
    const before = receiver.calls.length;
    receiver.answer = (_, res) => void res.writeHead(302, { location: receiver.url }).end();
    expect(await result(at("http-basic", receiver.url))).toBe("other");
    expect(receiver.calls.length).toBe(before + 1);
  });

  test("connects to the address that was checked, whatever the name says a moment later", async () => {
    const port = await onPort(createServer((socket) => socket.end()));
    let asked = 0;
    const changing: EgressPolicy = { isAllowed: () => ++asked === 1 };
    // Asked a second time, the name would lead inside.
    await result(at("smtp", `smtp://127.0.0.1:${port}`), changing);
    expect(asked).toBe(1);
  });
});
