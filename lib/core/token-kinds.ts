import { kindOfSecret, type SecretKind } from "./crypto/secrets.ts";
import { Refusal } from "./errors.ts";

/** What a secret of each kind is called. */
const kindWords: Record<SecretKind, string> = {
  pat: "an API token",
  ses: "the token of a session",
  aim: "the token of a session of AIMS",
  api: "the token of an API user",
  tkt: "the ticket of a sign-in",
  chl: "the challenge of a sign-in",
  set: "the secret of the set-up link",
  dev: "what a browser is known again by",
  lnk: "the secret of a mailed link",
  gtw: "the secret of a gateway",
  aus: "the secret that an API user signs in with",
  cus: "a customer key",
};

/**
 * Refuses as `token_malformed` what is not a secret of the wanted kinds, and says what it is: a secret of another kind,
 * one that is no longer whole, or none of this portal.
 */
export function requireKind(secret: string, ...wanted: [SecretKind, ...SecretKind[]]): SecretKind {
  const kind = kindOfSecret(secret);
  if (kind && wanted.includes(kind)) return kind;
  throw new Refusal("token_malformed", `${wordsFor(secret, kind)} Send ${kindWords[wanted[0]]}: lk_${wanted[0]}_…`);
}

function wordsFor(secret: string, kind: SecretKind | null): string {
  if (kind) return `This is ${kindWords[kind]}, which is not what opens this.`;
  if (secret.startsWith("lk_"))
    return "The checksum does not fit: it looks cut off or changed when it was copied. Copy it again.";
  return "This is no token of this portal: those begin with lk_.";
}
