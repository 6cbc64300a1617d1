import { Resolver } from "node:dns";
import { BlockList, isIP } from "node:net";
import { z } from "zod";

/**
 * The configuration of this process, read from the environment once.
 * Nothing else in the product reads `process.env`.
 */
export type Env = z.output<typeof environment>;

/** A setting that cannot be used. The message names the variable and the remedy. */
export class BadSetting extends Error {
  override name = "BadSetting";
}

const port = z.coerce.number().int().min(0).max(65535);
const origin = z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin);
const postgres = z.url({ protocol: /^postgres(ql)?$/ });
const changes = z.coerce.number().int().min(1).max(1_000_000);
const blank = (value: unknown) => (value === "" ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blank, schema.optional());

const variables = z.object({
  NODE_ENV: z.preprocess(blank, z.enum(["production", "development", "test"]).default("production")),
  PORT: z.preprocess(blank, port.default(3000)),
  HOST: z.preprocess(blank, z.string().default("127.0.0.1")),
  APP_URL: optional(origin),
  DATA_DIR: z.preprocess(blank, z.string().default(".data")),
  DATABASE_URL: optional(postgres),
  DATABASE_READ_URL: optional(postgres),
  AUTH_SECRET: optional(z.string().min(32, "use at least 32 random characters, e.g. from `openssl rand -base64 33`")),
  ENCRYPTION_KEYS: optional(z.string().transform(keyRing)),
  ADMIN_EMAIL: optional(z.string().regex(/^[^\s@,;<>]+@[^\s@,;<>]+$/, "write one address, like ada@example.org")),
  ADMIN_PASSWORD: optional(z.string()),
  ACCOUNT_NAME: optional(z.string().max(100)),
  ACCOUNT_ID: optional(z.string().regex(/^[1-9]\d{7}$/, "an account id is 8 digits, not starting with 0")),
  SMTP_URL: optional(z.url({ protocol: /^smtps?$/ })),
  MAIL_FROM: optional(z.string().max(200)),
  TRUSTED_PROXIES: z.string().default("").transform(networks),
  PRIVATE_NETWORKS: z.string().default("").transform(networks),
  DNS_SERVERS: z.string().default("").transform(nameServers),
  RETURN_TO_ALLOWED: z.string().default("").transform(targets),
  SCOPES_FILE: optional(z.string()),
  SECURITY_CONTACT: optional(z.string().refine(isContact, "write one https:, mailto: or tel: address")),
  GITHUB_SCANNING_KEYS: optional(z.string().refine(isSource, "name an https address or a file")),
  WORKER: z.preprocess(blank, z.enum(["inline", "off"]).default("inline")),
  READ_ONLY: z.preprocess(blank, z.enum(["off", "on"]).default("off")),
  LOG_LEVEL: z.preprocess(blank, z.enum(["debug", "info", "warn", "error", "silent"]).default("info")),
  CHANGES_PER_MINUTE: z.preprocess(blank, changes.default(600)),
  PROVISIONING_CHANGES_PER_MINUTE: z.preprocess(blank, changes.default(3000)),
  SHOW_KIT: z.preprocess(blank, z.enum(["off", "on"]).default("off")),
  RATE_LIMIT_FACTOR: z.preprocess(blank, z.coerce.number().positive().max(1_000_000).default(1)),
});

/** Every variable there is. */
export const variableNames = Object.keys(variables.shape);

const environment = variables
  .superRefine(needsKeysWithOwnDatabase)
  .superRefine(administratorIsWhole)
  .transform((set) => ({ ...set, APP_URL: set.APP_URL ?? `http://localhost:${set.PORT}` }));

type Keys = { DATABASE_URL?: string; AUTH_SECRET?: string; ENCRYPTION_KEYS?: unknown };

function needsKeysWithOwnDatabase(set: Keys, ctx: z.RefinementCtx) {
  if (!set.DATABASE_URL) return;
  for (const name of ["AUTH_SECRET", "ENCRYPTION_KEYS"] as const) {
    const message = "required together with DATABASE_URL, because every replica must share it";
    if (!set[name]) ctx.addIssue({ code: "custom", path: [name], message });
  }
}

function administratorIsWhole(set: { ADMIN_EMAIL?: string; ADMIN_PASSWORD?: string }, ctx: z.RefinementCtx) {
  const message = "ADMIN_EMAIL and ADMIN_PASSWORD go together: set both, or neither and use the link to /setup";
  if (set.ADMIN_EMAIL && !set.ADMIN_PASSWORD) ctx.addIssue({ code: "custom", path: ["ADMIN_PASSWORD"], message });
  if (set.ADMIN_PASSWORD && !set.ADMIN_EMAIL) ctx.addIssue({ code: "custom", path: ["ADMIN_EMAIL"], message });
}

function keyRing(text: string, ctx: z.RefinementCtx) {
  const ring = text.split(",").map((entry) => {
    const [id = "", base64 = ""] = entry.trim().split(":", 2);
    return { id, key: Buffer.from(base64, "base64") };
  });
  const message = "write id:base64 pairs of random 32-byte keys, each id once, separated by commas";
  const isOnce = new Set(ring.map(({ id }) => id)).size === ring.length;
  if (!isOnce || !ring.every(isUsable)) ctx.addIssue({ code: "custom", message });
  return ring;
}

/** 32 bytes that are not all the same: a placeholder is no key. */
const isUsable = ({ id, key }: { id: string; key: Buffer }) =>
  /^[\w-]{1,32}$/.test(id) && key.length === 32 && new Set(key).size > 8;

/** An address of https, or the path of a file; no address of another kind. */
function isSource(text: string): boolean {
  return !/^[a-z]+:\/\//i.test(text) || z.url({ protocol: /^https$/ }).safeParse(text).success;
}

/**
 * A `Contact` of security.txt (RFC 9116): a URI of a kind that people can follow, and nothing that would begin a new
 * line.
 */
function isContact(text: string): boolean {
  return /^(https:\/\/[^\s/]\S*|mailto:[^\s@,]+@[^\s@,]+|tel:\+?[\d.()-]+)$/i.test(text) && URL.canParse(text);
}

function targets(text: string, ctx: z.RefinementCtx): string[] {
  const entries = listed(text);
  const isTarget = (entry: string) => z.url({ protocol: /^https?$/ }).safeParse(entry).success;
  const message = "write whole addresses like https://app.example.com, separated by commas";
  if (!entries.every(isTarget)) ctx.addIssue({ code: "custom", message });
  return entries;
}

const listed = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);

function nameServers(text: string, ctx: z.RefinementCtx): string[] {
  const entries = listed(text);
  try {
    new Resolver().setServers(entries);
  } catch {
    ctx.addIssue({ code: "custom", message: "write addresses like 10.0.0.2 or 10.0.0.2:5353, separated by commas" });
  }
  return entries;
}

function networks(text: string, ctx: z.RefinementCtx) {
  const list = new BlockList();
  for (const cidr of listed(text)) addNetwork(list, cidr, ctx);
  return list;
}

function addNetwork(list: BlockList, cidr: string, ctx: z.RefinementCtx) {
  const [address = "", prefix] = cidr.split("/");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  const widest = family === "ipv6" ? 128 : 32;
  const bits = prefix === undefined ? widest : Number(prefix);
  const usable = isIP(address) > 0 && Number.isInteger(bits) && bits >= 0 && bits <= widest;
  if (usable) list.addSubnet(address, bits, family);
  else
    ctx.addIssue({
      code: "custom",
      message: `"${cidr}" is not a network; write addresses like 10.0.0.0/8, separated by commas`,
    });
}

/** Parses a set of environment variables; throws {@link BadSetting} naming every bad one. */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const parsed = environment.safeParse(variables);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new BadSetting(lines.join("\n"));
}

const shared = globalThis as { latchkeyEnv?: Env };

/** This process's configuration; parsed at the first call and kept, also for the copy of `lib/` that Next bundles. */
export function env(): Env {
  shared.latchkeyEnv ??= parseEnv(process.env);
  return shared.latchkeyEnv;
}
