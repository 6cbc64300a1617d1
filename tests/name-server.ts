import { createSocket } from "node:dgram";
import type { AddressInfo } from "node:net";

/** The IPv4 addresses of a name; `silent` for one that is never answered, undefined for one that is not there. */
export type Zone = (name: string) => string[] | "silent" | undefined;

/** `queries` are the names asked for so far. `server` is where it is, for `DNS_SERVERS`. */
export type NameServer = { server: string; queries: string[]; close(): Promise<void> };

/** A name server on this machine (UDP, RFC 1035) that says what `zone` has of a name. */
export async function openNameServer(zone: Zone): Promise<NameServer> {
  const socket = createSocket("udp4");
  const queries: string[] = [];
  socket.on("message", (query, from) => {
    const { name, type, end } = questionOf(query);
    queries.push(name);
    const known = zone(name);
    if (known !== "silent") socket.send(answerTo(query.subarray(0, end), type, known), from.port, from.address);
  });
  await new Promise<void>((bound) => socket.bind(0, "127.0.0.1", bound));
  const { port } = socket.address() as AddressInfo;
  return {
    server: `127.0.0.1:${port}`,
    queries,
    close: () => new Promise((closed) => socket.close(closed)),
  };
}

const headerBytes = 12;
const type = { a: 1 };

function questionOf(query: Buffer) {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query[at] ?? 0; length; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** The question again with its answers; an answer names it by pointing back. */
function answerTo(question: Buffer, asked: number, addresses: string[] | undefined): Buffer {
  const found = asked === type.a ? (addresses ?? []) : [];
  const header = Buffer.from(question.subarray(0, headerBytes));
  header.writeUInt16BE(addresses ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(found.length, 6);
  header.writeUInt32BE(0, 8);
  const records = found.map((address) =>
    Buffer.from([0xc0, headerBytes, 0, type.a, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]),
  );
  return Buffer.concat([header, question.subarray(headerBytes), ...records]);
}
