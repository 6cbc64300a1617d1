import { createHash } from "node:crypto";
import type { Client, ConnectConfig } from "ssh2";
import type { Probe } from "./finding.ts";
import { openSocket } from "./guarded-socket.ts";
import { right } from "./http.ts";
import { HostChanged, Refused, UnexpectedReply } from "./trouble.ts";

/**
 * Signs in over SSH with the key, and asks for what a clone begins with. A server with another host key than the one it
 * is known by is not signed in to.
 */
export const probeShell: Probe = async ({ baseUrl, username, secret, hostKey }, policy, stop) => {
  const url = new URL(baseUrl);
  const sock = await openSocket(url, 22, policy, stop);
  const { Client } = (await import("ssh2")).default;
  const client = new Client();
  let shown = "";
  const hostVerifier = (key: Buffer) => {
    shown = fingerprintOf(key);
    return hostKey === null || hostKey === shown;
  };
  try {
    const user = username || decodeURIComponent(url.username) || "git";
    await entered(client, {
      sock,
      username: user,
      privateKey: secret,
      hostVerifier,
      readyTimeout: 0,
    });
    const path = decodeURIComponent(url.pathname);
    if (path.length > 1) await assertRepository(client, path);
  } catch (error) {
    throw shown && hostKey && shown !== hostKey ? new HostChanged(shown) : error;
  } finally {
    client.destroy();
  }
  return { ...right("It let you in."), hostKey: shown };
};

/** As `ssh-keygen -l` writes it. */
const fingerprintOf = (key: Buffer) => `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

type Trouble = Error & { level?: string };

const entered = (client: Client, config: ConnectConfig) =>
  new Promise<void>((ready, failed) => {
    client.on("ready", ready);
    client.on("error", (error: Trouble) => {
      if (error.level === "client-authentication") failed(new Refused());
      else failed(error);
    });
    client.connect(config);
  });

/** A repository that is there begins with the list of its branches; one that is not ends with words and no list. */
const assertRepository = (client: Client, path: string) =>
  new Promise<void>((found, failed) => {
    client.exec(`git-upload-pack '${path.replaceAll("'", "'\\''")}'`, (error, stream) => {
      if (error) return failed(new UnexpectedReply("It let you in, but gives no repositories."));
      stream.once("data", () => found());
      stream.once("close", () =>
        failed(new UnexpectedReply("It let you in, but that repository is not there for you.")),
      );
      stream.stderr.resume();
    });
  });
