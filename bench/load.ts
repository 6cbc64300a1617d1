/**
 * The load generator: a process of its own that keeps a number of HTTP/1.1 connections busy for a time and counts the
 * answers. It speaks to 127.0.0.1 only and parses no more than it must, so that the servers get the processor.
 */
import { connect, type Socket } from "node:net";

/** One kind of request, sent again and again. `%n%` in a body is a serial number of 12 digits, `%n%` alone ever new. */
export type Traffic = {
  method: string;
  path: string;
  /** Each request takes the next of them, in place of `path`. */
  paths?: string[];
  /** Each request takes the next of them. */
  bearers?: string[];
  /** Each request takes the next of them, as a client of AIMS does. */
  aimsTokens?: string[];
  /** What every request says in place of a bearer. */
  authorization?: string;
  /** Each request takes the next of them. */
  bodies?: string[];
  /** What kind of bodies they are; JSON when it is left out. */
  contentType?: string;
  connections: number;
  /** How many are sent in a second, however long the answers take; as many as there can be when it is left out. */
  perSecond?: number;
  /** The status that every answer must have; any will do when it is left out. */
  status?: number;
};

/**
 * Kinds of traffic that run side by side against one port, for so many milliseconds. To warm up, any answer will do.
 */
export type Plan = { port: number; traffic: Traffic[]; milliseconds: number; warmUp?: boolean };

/**
 * What came of one kind of traffic: answers counted, and over what time; and within how many milliseconds of the time
 * when they were due 95 of 100 requests were answered.
 */
export type Answered = { answers: number; milliseconds: number; p95: number };

const mostAnswers = 10_000_000;
let serial = 0;

function bytesOf({ method, path, paths, bearers, aimsTokens, bodies, ...said }: Traffic, turn: number): string {
  const target = paths?.[turn % paths.length] ?? path;
  const bearer = bearers && `Bearer ${bearers[turn % bearers.length]}`;
  const authorization = said.authorization ?? bearer;
  const contentType = said.contentType ?? "application/json";
  const body = bodies?.[turn % bodies.length]?.replace("%n%", String(++serial).padStart(12, "0"));
  return [
    `${method} ${target} HTTP/1.1`,
    "host: 127.0.0.1",
    "user-agent: latchkey-bench",
    ...(aimsTokens ? [`x-aims-auth-token: ${aimsTokens[turn % aimsTokens.length]}`] : []),
    ...(authorization ? [`authorization: ${authorization}`] : []),
    ...(body ? [`content-type: ${contentType}`, `content-length: ${Buffer.byteLength(body)}`] : []),
    "",
    body ?? "",
  ].join("\r\n");
}

/** Keeps the traffic's connections busy until the time is up; every answer is waited for. */
async function drive(port: number, traffic: Traffic, milliseconds: number): Promise<Answered> {
  const began = performance.now();
  const until = began + milliseconds;
  let turn = Math.floor(Math.random() * 1e6);
  let answers = 0;
  const times: number[] = [];
  const next = () => {
    const dueAt = traffic.perSecond ? began + (answers * 1000) / traffic.perSecond : performance.now();
    if (dueAt >= until || performance.now() >= until || answers >= mostAnswers) return undefined;
    answers++;
    return { text: bytesOf(traffic, turn++), dueAt };
  };
  const note = (milliseconds: number) => times.push(milliseconds);
  await Promise.all(Array.from({ length: traffic.connections }, () => keepBusy(port, next, note, traffic.status)));
  const p95 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;
  return { answers, milliseconds: performance.now() - began, p95 };
}

type Next = () => { text: string; dueAt: number } | undefined;

function keepBusy(port: number, next: Next, note: (milliseconds: number) => void, status?: number): Promise<void> {
  return new Promise((done, fail) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let dueAt = 0;
    const send = () => {
      const request = next();
      if (!request) return socket.end(done);
      dueAt = request.dueAt;
      const write = () => socket.write(request.text, "latin1");
      const wait = dueAt - performance.now();
      if (wait > 0) setTimeout(write, wait);
      else write();
    };
    const answered = () => {
      note(performance.now() - dueAt);
      send();
    };
    socket.setTimeout(30_000, () => socket.destroy(new Error("no answer within 30 s")));
    socket
      .once("connect", send)
      .once("error", fail)
      .once("close", () => fail(new Error("the server hung up")));
    onAnswers(socket, status, answered);
  });
}

function onAnswers(socket: Socket, status: number | undefined, answered: () => void) {
  let pending = "";
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    pending += text;
    const end = endOfAnswer(pending);
    if (end < 0) return;
    const given = pending.slice(9, 12);
    if (status && Number(given) !== status)
      return socket.destroy(new Error(`status ${given}, not ${status}: ${pending}`));
    pending = pending.slice(end);
    answered();
  });
}

/** Where the answer ends in the text; -1 when it is not there as a whole. */
function endOfAnswer(text: string): number {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return -1;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  if (length !== undefined) return head + 4 + Number(length) <= text.length ? head + 4 + Number(length) : -1;
  if (/^HTTP\/1\.1 204/.test(text)) return head + 4;
  const last = text.indexOf("\r\n0\r\n\r\n", head);
  return last < 0 ? -1 : last + 7;
}

process.on("message", async ({ port, traffic, milliseconds, warmUp }: Plan) => {
  try {
    const kinds = warmUp ? traffic.map((kind) => ({ ...kind, status: undefined })) : traffic;
    const answered = await Promise.all(kinds.map((kind) => drive(port, kind, milliseconds)));
    process.send?.({ answered });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
