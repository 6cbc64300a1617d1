import { z } from "zod";

/** Bytes in base64url, as WebAuthn's JSON has them; `longest` counts characters. */
const encoded = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[A-Za-z0-9_-]+$/, "This is not base64url.");

const credentialId = encoded(1400);
const clientDataJSON = encoded(4000);

/** What a form sends is the text of the same JSON; an empty field says nothing. */
const fromText = (value: unknown) => {
  if (typeof value !== "string") return value;
  try {
    return value === "" ? undefined : JSON.parse(value);
  } catch {
    return value;
  }
};

const frame = { id: credentialId, rawId: credentialId, type: z.literal("public-key") };

const registration = z
  .object({
    ...frame,
    response: z.object({
      clientDataJSON,
      attestationObject: encoded(20_000),
      transports: z.array(z.string().max(20)).max(10).optional(),
    }),
  })
  .refine(({ id, rawId }) => id === rawId, "`id` and `rawId` are one and the same.");

const assertion = z
  .object({
    ...frame,
    response: z.object({
      clientDataJSON,
      authenticatorData: encoded(4000),
      signature: encoded(1400),
      userHandle: encoded(100).nullish(),
    }),
  })
  .refine(({ id, rawId }) => id === rawId, "`id` and `rawId` are one and the same.");

/** What an authenticator answers to `create()`: WebAuthn's RegistrationResponseJSON. What else it says is left out. */
export const registrationResponse = z
  .preprocess(fromText, registration)
  .meta({ description: "RegistrationResponseJSON of WebAuthn, as JSON or as its text" });

/** What an authenticator answers to `get()`: WebAuthn's AuthenticationResponseJSON. What else it says is left out. */
export const assertionResponse = z
  .preprocess(fromText, assertion)
  .meta({ description: "AuthenticationResponseJSON of WebAuthn, as JSON or as its text" });

/** The same where there may be another proof instead. */
export const optionalAssertion = z
  .preprocess(fromText, assertion.optional())
  .optional()
  .meta({ description: "AuthenticationResponseJSON of WebAuthn, as JSON or as its text" });

export type Registration = z.output<typeof registration>;
export type Assertion = z.output<typeof assertion>;

const clientData = z.object({ challenge: z.base64url().max(100) });

/** Which challenge was signed; the empty text when the client's data cannot be read. */
export function challengeOf({ response }: Registration | Assertion): string {
  try {
    return clientData.parse(JSON.parse(Buffer.from(response.clientDataJSON, "base64url").toString())).challenge;
  } catch {
    return "";
  }
}

/** How a passkey calls its person: the characters of their id, so that it means nothing elsewhere. */
export const handleOf = (userId: string): string => Buffer.from(userId).toString("base64url");

const transport = z.enum(["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"]);

/** Of the ways to reach an authenticator that were named, those that are known. */
export const knownTransports = (named: string[]) =>
  named.flatMap((one) => {
    const known = transport.safeParse(one);
    return known.success ? [known.data] : [];
  });

const credential = z.object({ id: z.string(), type: z.literal("public-key"), transports: z.array(transport) });

/** What `create()` is asked with: PublicKeyCredentialCreationOptionsJSON of WebAuthn. */
export const creationOptions = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.object({ type: z.literal("public-key"), alg: z.int() })),
  timeout: z.int().meta({ description: "Milliseconds" }),
  attestation: z.literal("none"),
  excludeCredentials: z.array(credential),
  authenticatorSelection: z.object({
    residentKey: z.literal("required"),
    requireResidentKey: z.literal(true),
    userVerification: z.literal("required"),
  }),
});

export type CreationOptions = z.output<typeof creationOptions>;

/** What `get()` is asked with: PublicKeyCredentialRequestOptionsJSON of WebAuthn. */
export const requestOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.int().meta({ description: "Milliseconds" }),
  userVerification: z.enum(["required", "preferred"]),
  allowCredentials: z.array(credential).meta({ description: "Empty: whichever passkey of this portal is chosen" }),
});

export type RequestOptions = z.output<typeof requestOptions>;
