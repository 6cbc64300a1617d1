import { verify } from "node:crypto";
import { z } from "zod";
import { primaryPool } from "#db/client.ts";
import { notAudited } from "#lib/core/audit.ts";
import { hashSecret, kindOfSecret } from "#lib/core/crypto/secrets.ts";
import { Refusal } from "#lib/core/errors.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { gitHubKey } from "./github-keys.ts";
import { endLeaked } from "./operations.ts";

/** One find, as GitHub reports it; where it was found may be empty. */
const find = z.object({
  token: z.string().max(4096),
  type: z.string().max(200),
  url: z.string().max(2000).nullish(),
  source: z.string().max(100).nullish(),
});

type Find = z.output<typeof find>;

const maxFinds = 1000;

/**
 * Takes a report of GitHub's secret scanning partner program: ends every token in it that is live, and says of each
 * find whether it ever was one. Only what is signed with a key of GitHub's is read at all; anything else is
 * `unauthenticated`.
 */
export const takeGitHubReport = defineOperation({
  name: "leaks.github",
  summary: "Take a report of GitHub's secret scanning",
  route: null,
  allow: "anyone",
  idempotencyKey: true,
  limit: { name: "leaks_github", points: 600, seconds: 60 },
  input: z.strictObject({
    content: z.string().meta({ description: "The body, to the byte" }),
    keyIdentifier: z.string().max(200).optional().meta({ description: "The header Github-Public-Key-Identifier" }),
    signature: z.string().max(1000).optional().meta({ description: "The header Github-Public-Key-Signature" }),
  }),
  output: z.object({
    items: z.array(
      z.object({
        token_hash: z.string().meta({ description: "SHA-256 of the find, in hexadecimal digits" }),
        token_type: z.string(),
        label: z.enum(["true_positive", "false_positive"]),
      }),
    ),
  }),
  audit: notAudited,

  async run({ tx, caller }, { content, keyIdentifier, signature }) {
    await verifySignature(content, keyIdentifier, signature);
    const finds = findsIn(content);
    const known = await knownAmong(finds);
    for (const { token, source, url } of finds)
      await endLeaked(tx, caller, token, { source: `GitHub: ${source ?? "unknown"}`, url: linkIn(url) });
    return { items: finds.map((one) => feedback(one, known)) };
  },
});

async function verifySignature(content: string, keyIdentifier = "", signature = "") {
  const key = await gitHubKey(keyIdentifier);
  const isSigned = key && verify("sha256", Buffer.from(content), key, Buffer.from(signature, "base64"));
  if (!isSigned) throw new Refusal("unauthenticated", "This is not signed with a key of GitHub's secret scanning.");
}

function findsIn(content: string): Find[] {
  try {
    return z.array(find).max(maxFinds).parse(JSON.parse(content));
  } catch {
    throw new Refusal("malformed_request", `The body is a JSON array of at most ${maxFinds} finds.`);
  }
}

/** GitHub's word for where it was is passed on to the owner as far as it is an address. */
const linkIn = (url: string | null | undefined) =>
  url && url.length <= 500 && z.url({ protocol: /^https$/ }).safeParse(url).success ? url : undefined;

const statement = `select secret_hash as hash from tokens where secret_hash = any($1)
  union all select secret_hash from replaced_secrets where secret_hash = any($1)
  union all select secret_hash from api_user_tokens where secret_hash = any($1)`;

const reported = new Set(["pat", "api"]);

/** The finds that are, or once were, secrets of tokens, as hexadecimal hashes. */
async function knownAmong(finds: Find[]): Promise<Set<string>> {
  const hashes = finds
    .filter(({ token }) => reported.has(kindOfSecret(token) ?? ""))
    .map(({ token }) => hashSecret(token));
  const { rows } = await primaryPool().query<{ hash: Buffer }>(statement, [hashes]);
  return new Set(rows.map(({ hash }) => hash.toString("hex")));
}

function feedback({ token, type }: Find, known: Set<string>) {
  const hash = hashSecret(token).toString("hex");
  const label = known.has(hash) ? ("true_positive" as const) : ("false_positive" as const);
  return { token_hash: hash, token_type: type, label };
}
