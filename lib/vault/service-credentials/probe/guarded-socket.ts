import { connect, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { type EgressPolicy, resolvePublicAddress } from "#lib/core/net/egress-policy.ts";
import { UnexpectedReply } from "./trouble.ts";

/** How much of what a system says is read in a try, in bytes, TLS and all. */
export const maxBytes = 64 * 1024;

/**
 * A connection outside that takes no more than {@link maxBytes} of what it is told, and ends with the try, however that
 * ends. The libraries that speak over it take it for a socket.
 */
class GuardedSocket extends Duplex {
  /** The address it leads to: one that was checked. */
  readonly address: string;
  readonly #socket: Socket;
  #left = maxBytes;

  constructor(socket: Socket, address: string, stop: AbortController) {
    super();
    this.address = address;
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#left -= chunk.length;
      if (this.#left < 0) return stop.abort(new UnexpectedReply("It says more than such a system does."));
      if (!this.push(chunk)) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
    // Why it is stopped is for whoever stopped it to tell.
    stop.signal.addEventListener("abort", () => this.destroy(), { once: true });
    // Whoever speaks over it hears of what breaks; after that, nobody has to.
    this.on("error", () => {});
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    // What TLS has to say of why it ended comes first.
    setImmediate(() => done(error));
  }

  /** It is connected before anybody is given it. */
  connect(): this {
    setImmediate(() => this.emit("connect"));
    return this;
  }

  // The try as a whole has its time, and is over before these would matter.
  setNoDelay = (): this => this;
  setKeepAlive = (): this => this;
  setTimeout = (): this => this;
  ref = (): this => this;
  unref = (): this => this;
}

/** Connects to a host that somebody gave us, at an address that was checked; `port` is what to take without one. */
export async function openSocket(
  url: URL,
  port: number,
  policy: EgressPolicy,
  stop: AbortController,
): Promise<GuardedSocket> {
  const host = await resolvePublicAddress(url.hostname, policy, stop.signal);
  stop.signal.throwIfAborted();
  const socket = connect({ host, port: Number(url.port) || port });
  const line = new GuardedSocket(socket, host, stop);
  await new Promise((open, failed) => {
    socket.once("connect", open);
    socket.once("error", failed);
  });
  return line;
}
