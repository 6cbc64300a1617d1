import { verifyAuthenticationResponse, verifyRegistrationResponse } from "@simplewebauthn/server";
import { asc, eq } from "drizzle-orm";
import type { z } from "zod";
import type { Db } from "#db/client.ts";
import { passkeys } from "#db/schema/factors.ts";
import { env } from "#lib/env.ts";
import { type Ceremony, mintPasskeyChallenge } from "./challenges.ts";
import {
  type Assertion,
  challengeOf,
  type creationOptions,
  handleOf,
  knownTransports,
  type Registration,
  type requestOptions,
} from "./wire.ts";

/** Milliseconds that a browser waits for its authenticator: as long as the challenge is good. */
const timeout = 5 * 60_000;

/** EdDSA, ES256 and RS256, by their COSE numbers: what authenticators in use speak. */
const algorithms = [-8, -7, -257];

const origin = () => env().APP_URL;

/** The relying party: the host that people see in their address bar. */
const relyingParty = () => new URL(origin()).hostname;

type Registrant = { id: string; username: string; fullName: string };

/** Asks for a passkey that is found without a name, checks its person, and is none of those they have. */
export async function askToCreate(tx: Db, who: Registrant): Promise<z.input<typeof creationOptions>> {
  return {
    challenge: await mintPasskeyChallenge(tx, { purpose: "register", userId: who.id }),
    rp: { id: relyingParty(), name: "Latchkey" },
    user: { id: handleOf(who.id), name: who.username, displayName: who.fullName },
    pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
    timeout,
    attestation: "none",
    excludeCredentials: await credentialsOf(tx, who.id),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
  };
}

/** Asks a passkey to sign: any that the browser has, or one of this person's. */
export async function askToSign(tx: Db, ceremony: Ceremony, userVerification: "required" | "preferred") {
  return {
    challenge: await mintPasskeyChallenge(tx, ceremony),
    rpId: relyingParty(),
    timeout,
    userVerification,
    allowCredentials: ceremony.userId === null ? [] : await credentialsOf(tx, ceremony.userId),
  } satisfies z.input<typeof requestOptions>;
}

async function credentialsOf(tx: Db, userId: string) {
  const mine = await tx
    .select({ id: passkeys.credentialId, transports: passkeys.transports })
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(asc(passkeys.createdAt));
  return mine.map(({ id, transports }) => ({
    id,
    type: "public-key" as const,
    transports: knownTransports(transports),
  }));
}

/** What is to be kept of a new passkey; null when the answer does not hold. Its person must have been verified. */
export async function readRegistration(response: Registration) {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...response, response: { ...response.response, transports: [] }, clientExtensionResults: {} },
      expectedChallenge: challengeOf(response),
      expectedOrigin: origin(),
      expectedRPID: relyingParty(),
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    });
    return verified && registrationInfo ? kept(registrationInfo) : null;
  } catch {
    // It throws at what was sent, and does nothing but compute: there is nothing else that could have gone wrong.
    return null;
  }
}

type Info = NonNullable<Awaited<ReturnType<typeof verifyRegistrationResponse>>["registrationInfo"]>;

const kept = ({ credential, aaguid, credentialBackedUp }: Info) => ({
  credentialId: credential.id,
  publicKey: Buffer.from(credential.publicKey),
  counter: credential.counter,
  aaguid,
  backedUp: credentialBackedUp,
});

type StoredPasskey = { credentialId: string; publicKey: Buffer };

/**
 * Does this passkey's signature hold, for our origin and host? Its counter then, for the caller to judge; else null.
 */
export async function readAssertion(
  response: Assertion,
  { credentialId, publicKey }: StoredPasskey,
  requireUserVerification: boolean,
) {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...response, response: { ...response.response, userHandle: undefined }, clientExtensionResults: {} },
      expectedChallenge: challengeOf(response),
      expectedOrigin: origin(),
      expectedRPID: relyingParty(),
      requireUserVerification,
      // A counter of 0 is never refused there: it is compared when it is written, in one statement.
      credential: { id: credentialId, publicKey: new Uint8Array(publicKey), counter: 0 },
    });
    if (verified !== true) return null;
    return { counter: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp };
  } catch {
    // As above: an answer that cannot be read is one that does not hold.
    return null;
  }
}
