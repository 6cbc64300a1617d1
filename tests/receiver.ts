import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";
import type { EgressPolicy } from "#lib/core/net/egress-policy.ts";

/** A call as it came in. */
export type Call = { headers: IncomingHttpHeaders; body: string };

/** A TLS server on this machine that takes webhooks; `answer` says how. `reach` lets the sender come here. */
export type Receiver = { url: string; port: number; calls: Call[]; answer: Answering; policy: EgressPolicy };

type Answering = (req: IncomingMessage, res: ServerResponse) => void;

/** Opens a receiver until the test file is done; it takes everything, with 204. */
export async function openReceiver(): Promise<Receiver> {
  const policy = { isAllowed: (address: string) => address === "127.0.0.1", ca: certificate };
  const receiver: Receiver = { url: "", port: 0, calls: [], answer: (_, res) => void res.writeHead(204).end(), policy };
  const server = createServer(selfSigned, async (req, res) => {
    const body = await new Response(req as unknown as ReadableStream).text();
    receiver.calls.push({ headers: req.headers, body });
    receiver.answer(req, res);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  });
  receiver.port = (server.address() as AddressInfo).port;
  receiver.url = `https://127.0.0.1:${receiver.port}/hook`;
  return receiver;
}

/** Signed by itself, for receiver.test, localhost and 127.0.0.1; good for nothing but these tests. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBszCCAVigAwIBAgIUGMAsWE8kKMthCmp/Ns+ydBhmlygwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNcmVjZWl2ZXIudGVzdDAgFw0yNjExMjIwMzAwMThaGA8yMTI2
MTAyOTAzMDAxOFowGDEWMBQGA1UEAwwNcmVjZWl2ZXIudGVzdDBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABMlHZ9E/nwZtpa6aUkK72/dLmfGDLqafEa21uAlVXcM5
GSmUby/LXJHzRJnfycVisEtit4y5QGxn6mY79AQOG/ajfjB8MB0GA1UdDgQWBBTP
TSyPiqxQrevw2QSg0TDCw3VIszAfBgNVHSMEGDAWgBTPTSyPiqxQrevw2QSg0TDC
w3VIszAPBgNVHRMBAf8EBTADAQH/MCkGA1UdEQQiMCCCDXJlY2VpdmVyLnRlc3SC
CWxvY2FsaG9zdIcEfwAAATAKBggqhkjOPQQDAgNJADBGAiEAjoVnWgzdpfZcX5Wd
xIdFHHOr2kjZXHfNVHx37ozENVgCIQDsb2ZSkCLeLDTFWCOTvgImfwxF5YGzBesR
VopYFgWsrQ==
-----END CERTIFICATE-----`;

/** The key of {@link certificate}. */
export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgs95MD+bMXNIXg8ym
/jR7ByguZmaNbRioqGZGF27U56ehRANCAATJR2fRP58GbaWumlJCu9v3S5nxgy6m
nxGttbgJVV3DORkplG8vy1yR80SZ38nFYrBLYreMuUBsZ+pmO/QEDhv2
-----END PRIVATE KEY-----`;

/** What a TLS server of these tests shows. */
export const selfSigned = { key, cert: certificate };
