import { z } from "zod";
import { conflict } from "#lib/core/errors.ts";
import { line, name, uuid } from "#lib/core/fields.ts";
import { instantInput } from "#lib/core/instants.ts";
import { takenBy } from "#lib/core/unique.ts";
import type { wireCredential } from "./service-credential.ts";
import { type KeyPair, makeKeyPair, readKeyPair } from "./ssh-keys.ts";
import type { CredentialKind } from "./systems.ts";

export const credentialId = uuid().meta({ description: "The credential's id" });

export const credentialName = name(100).meta({
  description: "Yours alone; say what it opens",
  example: "build server",
});

export const credentialUsername = line(200).meta({
  description: "Your name in that system, where it knows you by one",
});

export const secret = z
  .string()
  .min(1, "Fill this in.")
  .max(16_384, "Use at most 16,384 characters.")
  .regex(/^[^\0]*$/, "Leave out the zero byte.")
  .meta({ format: "password", description: "The password, token or private key. Nobody sees it again unasked" });

export const expiresAt = instantInput
  .nullable()
  .meta({ description: "When it ends in the other system; null for never" });

export const remindDays = z
  .number()
  .int()
  .min(1, "At least a day.")
  .max(90, "At most 90 days.")
  .nullable()
  .meta({ description: "How many days before its end you are reminded; null for not at all" });

export function assertManual({ mode, name }: { mode: string; name: string }) {
  if (mode === "automatic") throw conflict(`${name} makes and withdraws this by itself: ask an administrator.`);
}

type Material = { secret: string; publicKey: string | null };

/** What is kept of a secret as it was brought; of an SSH key that was not, one that is made. */
export async function materialOf(
  kind: CredentialKind,
  secret: string | undefined,
  comment: string,
): Promise<Material | null> {
  if (kind !== "ssh-key") return secret ? { secret, publicKey: null } : null;
  const { privateKey, publicKey }: KeyPair = await (secret ? readKeyPair(secret, comment) : makeKeyPair(comment));
  return { secret: privateKey, publicKey };
}

export const date = (end: string | null) => (end ? new Date(end) : null);

export const credentialNameTaken = takenBy(
  "service_credentials_name_once",
  "You keep something under this name already. Choose another.",
);

export const toCredentialDetails = ({ name, kind, integration, expiresAt }: z.output<typeof wireCredential>) => ({
  name,
  kind,
  integration: integration.name,
  expiresAt,
});
