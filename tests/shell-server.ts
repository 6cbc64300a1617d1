import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import ssh2 from "ssh2";

/** Whom a server lets in, and what it is known by. */
export type ShellKeys = { user: { private: string; public: string }; host: { private: string } };

/** An SSH server of this machine that runs git; `software` says which. */
export type ShellServer = { software: "sshd" | "ssh2"; port: number; username: string; close(): Promise<void> };

type Open = (keys: ShellKeys, port: number) => Promise<ShellServer>;

/**
 * Opens an SSH server: `sshd`, the machine's own or the one that apt has for it; where neither runs, one that ssh2
 * makes. The same tests run against whichever it is.
 */
export async function openShellServer(keys: ShellKeys, asked = 0): Promise<ShellServer> {
  const port = asked || (await freePort());
  return (await openReal(keys, port).catch(() => undefined)) ?? openPretended(keys, port);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((open) => server.listen(0, "127.0.0.1", open));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

const openReal: Open = async (keys, port) => {
  const { path, libraries } = findSshd() ?? fetchSshd();
  const folder = mkdtempSync(join(tmpdir(), "latchkey-sshd-"));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text.endsWith("\n") ? text : `${text}\n`, { mode: 0o600 });
    return join(folder, name);
  };
  const settings = {
    AuthorizedKeysFile: file("authorized_keys", keys.user.public),
    HostKey: file("host_key", keys.host.private),
    ...{ ListenAddress: "127.0.0.1", PidFile: "none", StrictModes: "no", UsePAM: "no" },
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const command = [path, "-D", "-e", "-f", "/dev/null", "-p", String(port), ...options];
  const child = run(command, folder, libraries);
  const close = async () => {
    await ended(child);
    rmSync(folder, { recursive: true });
  };
  const server = { software: "sshd", port, username: userInfo().username, close } as const;
  try {
    await listening(child);
    await letsIn(server, keys);
    return server;
  } catch (error) {
    await close();
    throw error;
  }
};

const places = ["/usr/sbin", "/usr/local/sbin", ...(process.env.PATH ?? "").split(delimiter)];

function findSshd(): Sshd | undefined {
  const path = places.map((folder) => join(folder, "sshd")).find(existsSync);
  return path ? { path } : undefined;
}

type Sshd = { path: string; libraries?: string };

/** Unpacks Debian's, beside the installed packages, without installing anything. */
function fetchSshd(): Sshd {
  const folder = join(import.meta.dirname, "../node_modules/.cache/latchkey-sshd");
  const path = join(folder, "usr/sbin/sshd");
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
    const quiet = { cwd: folder, stdio: "ignore", timeout: 30_000 } as const;
    execFileSync("apt-get", ["download", "-q", "openssh-server", "libwrap0"], quiet);
    for (const name of readdirSync(folder).filter((name) => name.endsWith(".deb")))
      execFileSync("dpkg", ["-x", name, "."], quiet);
  }
  const [architecture = ""] = readdirSync(join(folder, "usr/lib")).filter((name) => name.endsWith("-linux-gnu"));
  return { path, libraries: join(folder, "usr/lib", architecture) };
}

/** Run by root, sshd wants a user of its own: where there is none, a list of users of its own gives it one. */
function run(command: string[], folder: string, libraries?: string): ChildProcess {
  const env = { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) };
  const users = readFileSync("/etc/passwd", "utf8");
  if (process.getuid?.() !== 0) return spawn(String(command[0]), command.slice(1), { env });
  const own = users.includes("\nsshd:") ? users : `${users}sshd:x:65000:65534::/run/sshd:/usr/sbin/nologin\n`;
  writeFileSync(join(folder, "passwd"), own, { mode: 0o644 });
  const script = `mount --bind ${folder}/passwd /etc/passwd && mkdir -p /run/sshd && exec "$@"`;
  return spawn("unshare", ["-m", "sh", "-c", script, "sshd", ...command], { env });
}

const listening = (child: ChildProcess) =>
  new Promise<void>((open, failed) => {
    child.stderr?.on("data", (said) => String(said).includes("Server listening") && open());
    child.once("error", failed);
    child.once("exit", () => failed(new Error("sshd ended")));
    setTimeout(() => failed(new Error("sshd says nothing")), 10_000).unref();
  });

const ended = (child: ChildProcess) =>
  new Promise<void>((done) => {
    if (child.exitCode !== null || child.pid === undefined) return done();
    child.once("exit", () => done());
    child.kill();
  });

const letsIn = ({ port, username }: ShellServer, { user }: ShellKeys) =>
  new Promise<void>((ready, failed) => {
    const client = new ssh2.Client();
    client.on("ready", () => {
      client.end();
      ready();
    });
    client.on("error", failed);
    client.connect({ host: "127.0.0.1", port, username, privateKey: user.private });
  });

const openPretended: Open = (keys, port) =>
  new Promise((open) => {
    const parsed = [ssh2.utils.parseKey(keys.user.public)].flat()[0];
    const known = parsed instanceof Error ? undefined : parsed?.getPublicSSH();
    const server = new ssh2.Server({ hostKeys: [keys.host.private] }, (client) => {
      client.on("error", () => {});
      client.on("authentication", (asked) => {
        const isKnown = asked.method === "publickey" && known && asked.key.data.equals(known);
        if (isKnown) asked.accept();
        else asked.reject(["publickey"]);
      });
      client.on("session", (accept) => {
        accept().on("exec", (accept, _, { command }) => {
          const stream = accept();
          const child = spawn("sh", ["-c", command]);
          child.stdout.pipe(stream, { end: false });
          child.on("close", (code) => {
            stream.exit(code ?? 1);
            stream.end();
          });
          stream.on("close", () => child.kill());
        });
      });
    });
    const close = () => new Promise<void>((closed) => server.close(() => closed()));
    server.listen(port, "127.0.0.1", () => open({ software: "ssh2", port, username: "git", close }));
  });
