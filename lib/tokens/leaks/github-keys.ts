import { createPublicKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { log } from "#lib/core/log.ts";
import { safeFetch } from "#lib/core/net/egress.ts";
import { type EgressPolicy, publicOrAllowlisted } from "#lib/core/net/egress-policy.ts";
import { env } from "#lib/env.ts";

/** The list of keys as GitHub publishes it. */
const published = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string().min(1), key: z.string() })).max(100),
});

type Keys = Map<string, KeyObject>;

const maxBytes = 256 * 1024;
/** Milliseconds for which a list is believed, and for which nobody asks again who signed with a key that it lacks. */
const lifetime = { list: 3_600_000, miss: 60_000 };

const shared = globalThis as { latchkeyGitHubKeys?: { from: string; at: number; keys: Promise<Keys> } };

/**
 * The key that GitHub's secret scanning signs with under this name, out of the list that `GITHUB_SCANNING_KEYS` names:
 * an https address, asked once an hour within this reach, or a file. Undefined where there is none, or no list to be
 * had.
 */
export async function gitHubKey(identifier: string, policy = publicOrAllowlisted): Promise<KeyObject | undefined> {
  const from = env().GITHUB_SCANNING_KEYS;
  if (!from) return undefined;
  const known = (await keysOf(from, lifetime.list, policy)).get(identifier);
  return known ?? (await keysOf(from, lifetime.miss, policy)).get(identifier);
}

async function keysOf(from: string, age: number, policy: EgressPolicy): Promise<Keys> {
  const kept = shared.latchkeyGitHubKeys;
  const isGood = kept?.from === from && Date.now() - kept.at < age;
  const keys = isGood ? kept.keys : readKeys(from, policy);
  if (!isGood) shared.latchkeyGitHubKeys = { from, at: Date.now(), keys };
  return keys;
}

/** What cannot be read is an empty list: whoever signs is then refused. */
async function readKeys(from: string, policy: EgressPolicy): Promise<Keys> {
  try {
    const text = from.startsWith("https:") ? await fetchText(from, policy) : await readFile(from, "utf8");
    const list = published.parse(JSON.parse(text)).public_keys;
    return new Map(list.map(({ key_identifier, key }) => [key_identifier, ecdsaKey(key)]));
  } catch (err) {
    log().error({ err }, "the keys of GitHub's secret scanning could not be read");
    return new Map();
  }
}

async function fetchText(url: string, policy: EgressPolicy): Promise<string> {
  const headers = { accept: "application/json", "user-agent": "latchkey" };
  const { status, body } = await safeFetch(url, { headers, most: maxBytes }, policy);
  if (status !== 200) throw new Error(`it answered ${status}`);
  return body;
}

/** ECDSA-NIST-P256V1-SHA256 is the one algorithm there is. */
function ecdsaKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") throw new Error("a key is not on the curve P-256");
  return key;
}
