/** Name and secret of an `Authorization: Basic`, split at the first colon (RFC 7617). */
export function readBasic(authorization: string | undefined): [name: string, secret: string] | null {
  const [, encoded] = /^Basic +([\w+/=-]+) *$/i.exec(authorization ?? "") ?? [];
  if (!encoded) return null;
  const text = decode(Buffer.from(encoded, "base64"));
  const colon = text.indexOf(":");
  return colon < 0 ? null : [text.slice(0, colon), text.slice(colon + 1)];
}

/** UTF-8; what is none is Latin-1, as Python's `requests` writes it. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString("latin1");
  }
}
