import { generateKeyPairSync, hash, randomBytes, sign } from "node:crypto";
import { isoCBOR } from "@simplewebauthn/server/helpers";
import type { z } from "zod";
import { execute } from "#lib/core/execute.ts";
import { env } from "#lib/env.ts";
import { addPasskey, passkeyOptions } from "#lib/sign-in/factors/passkeys/operations.ts";
import type { creationOptions, requestOptions } from "#lib/sign-in/factors/passkeys/wire.ts";
import type { Person } from "./cast.ts";
import { asPerson } from "./credentials.ts";

type CreationOptions = Pick<z.output<typeof creationOptions>, "challenge" | "user">;
type RequestOptions = Pick<z.output<typeof requestOptions>, "challenge">;

/** What an authenticator, or the page it was asked by, can be made to say other than the truth. */
export type Twist = {
  origin?: string;
  rpId?: string;
  type?: string;
  verified?: boolean;
  present?: boolean;
  synced?: boolean;
  counter?: number;
  aaguid?: string;
  userHandle?: string | null;
  credentialId?: string;
  challenge?: string;
};

/** An authenticator in software, with one ES256 key of its own: it answers as a browser with a real one would. */
export function newAuthenticator() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const own = randomBytes(16).toString("base64url");
  let handle = "";
  let count = 0;

  function create({ challenge, user }: CreationOptions, twist: Twist = {}) {
    handle = user.id;
    const id = twist.credentialId ?? own;
    const key = new Map([[1, 2] as const, [3, -7] as const, [-1, 1] as const]);
    const cose = new Map<number, number | Uint8Array>([...key, [-2, bytes(x)], [-3, bytes(y)]]);
    const authData = Buffer.concat([head(twist, 0x40), attested(twist, id), isoCBOR.encode(cose)]);
    const object = new Map<string, unknown>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", new Uint8Array(authData)],
    ]);
    const attestationObject = text(isoCBOR.encode(object as never));
    const clientDataJSON = clientData("webauthn.create", challenge, twist);
    return answer(id, { clientDataJSON, attestationObject, transports: ["internal"] });
  }

  function get({ challenge }: RequestOptions, twist: Twist = {}) {
    const authData = head({ counter: ++count, ...twist }, 0);
    const clientDataJSON = clientData("webauthn.get", challenge, twist);
    const clientHash = hash("sha256", bytes(clientDataJSON), "buffer");
    const signature = text(sign("sha256", Buffer.concat([authData, clientHash]), privateKey));
    const userHandle = twist.userHandle === undefined ? handle : twist.userHandle;
    const response = { clientDataJSON, authenticatorData: text(authData), signature, userHandle };
    return answer(twist.credentialId ?? own, response);
  }

  return { create, get, id: own };
}

const bytes = (base64url: string) => new Uint8Array(Buffer.from(base64url, "base64url"));
const text = (raw: Uint8Array) => Buffer.from(raw).toString("base64url");

const answer = <R>(id: string, response: R) => ({ id, rawId: id, type: "public-key" as const, response });

function clientData(type: string, challenge: string, twist: Twist) {
  const said = {
    type: twist.type ?? type,
    challenge: twist.challenge ?? challenge,
    origin: twist.origin ?? env().APP_URL,
    crossOrigin: false,
  };
  return Buffer.from(JSON.stringify(said)).toString("base64url");
}

/** Hash of the host, flags, counter. */
function head({ rpId = new URL(env().APP_URL).hostname, counter = 0, ...twist }: Twist, flags: number) {
  const { present = true, verified = true, synced = false } = twist;
  const said = flags | (present ? 0x01 : 0) | (verified ? 0x04 : 0) | (synced ? 0x18 : 0);
  const rest = Buffer.alloc(5);
  rest.writeUInt8(said, 0);
  rest.writeUInt32BE(counter, 1);
  return Buffer.concat([hash("sha256", rpId, "buffer"), rest]);
}

function attested({ aaguid = "00000000-0000-0000-0000-000000000000" }: Twist, id: string) {
  const raw = Buffer.from(id, "base64url");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(raw.length);
  return Buffer.concat([Buffer.from(aaguid.replaceAll("-", ""), "hex"), length, raw]);
}

export type Authenticator = ReturnType<typeof newAuthenticator>;

/** Adds a passkey over the API, as its owner would; their other sessions go on. */
export async function givePasskey(person: Person, twist: Twist = {}) {
  const authenticator = newAuthenticator();
  const caller = await asPerson(person, ["passkey"]);
  const { output: options } = await execute(passkeyOptions, caller, {});
  const response = authenticator.create(options, twist);
  const { output } = await execute(addPasskey, caller, { response, endOtherSessions: false });
  return { authenticator, ...output };
}
