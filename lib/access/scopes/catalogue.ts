import { readFileSync } from "node:fs";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { readPattern } from "#db/administration-service.ts";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import type { Actor } from "#lib/core/actor.ts";
import { operationsBySession } from "#lib/core/catalogue.ts";
import { permissionPattern } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { PatternIndex } from "#lib/core/pattern-index.ts";
import { covers, effective, type Grant, overlap, permissionOf, remembered } from "#lib/core/permissions.ts";
import { asksForStepUp, type CheckedOperation } from "#lib/core/rules.ts";
import { BadSetting, env } from "#lib/env.ts";
import { standard } from "./standard.ts";

/** A named slice of permissions that a token may be limited to. */
const scope = z.strictObject({
  name: z.string().regex(/^[A-Za-z][\w:.-]{0,63}$/, "start with a letter; letters, digits, _ : . - follow, 64 at most"),
  sentence: z.string().min(1).max(300),
  permissions: z.array(permissionPattern.transform(readPattern)).min(1).max(100),
});

export type Scope = z.output<typeof scope>;

const catalogueFile = z.strictObject({ replace: z.boolean().default(false), scopes: z.array(scope).min(1).max(200) });

const shared = globalThis as { latchkeyScopes?: Scope[] };

/** The catalogue, read once; a bad `SCOPES_FILE` stops the start with its file and place named. */
export function scopes(): Scope[] {
  shared.latchkeyScopes ??= readCatalogue(env().SCOPES_FILE);
  return shared.latchkeyScopes;
}

/** Reads a catalogue file; its scopes replace the standard ones or stand beside them, the newer of a name winning. */
export function readCatalogue(file: string | undefined): Scope[] {
  if (!file) return standard;
  const { replace, scopes } = parseCatalogue(file);
  const byName = new Map([...(replace ? [] : standard), ...scopes].map((scope) => [scope.name, scope]));
  return [...byName.values()];
}

function parseCatalogue(file: string) {
  try {
    return catalogueFile.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new BadSetting(`SCOPES_FILE: ${file} cannot be used: ${reason}`);
  }
}

/** The permission patterns that scopes carry. A name that has left the catalogue carries nothing. */
export function patternsOf(names: string[]): string[] {
  return scopes().flatMap((scope) => (names.includes(scope.name) ? scope.permissions : []));
}

/** The scopes that would carry a permission; `byName` those alone that name its action and resource one by one. */
export const scopesCarrying = (permission: string, byName = false): string[] =>
  scopes()
    .filter(({ permissions }) => permissions.some((pattern) => covers(pattern, permission)))
    .filter(({ permissions }) => !byName || permissions.some((pattern) => whatOf(pattern) === whatOf(permission)))
    .map(({ name }) => name);

const whatOf = (pattern: string) => pattern.split(":").slice(2).join(":");

/**
 * The scopes of which a token needs one to do this, as far as it is for tokens at all: what people confirm, a scope has
 * to name, and a wildcard is not enough (I-24). None where only who is signed in does it.
 */
export const scopesFor = (operation: CheckedOperation): string[] =>
  operation.by === "session" ? [] : scopesCarrying(permissionOf(operation), asksForStepUp(operation));

/** Does any of these scopes let a token make tokens? */
export const managesTokens = (names: string[]): boolean => patternsOf(names).some(createsTokens);

const createsTokens = (pattern: string) => overlap(pattern, "portal:own:create:token") !== null;

/** The scopes of the catalogue that let a token make tokens. */
export const scopesCreatingTokens = (): string[] =>
  scopes()
    .filter(({ permissions }) => permissions.some(createsTokens))
    .map(({ name }) => name);

/** Would this scope carry anything at all for this person, given what their roles say now? */
export function isUseful(actor: Pick<Actor, "grants">, permissions: string[]): boolean {
  const held = Object.entries(effective(actor.grants, permissions)).filter(([, effect]) => effect === "allowed");
  const denied = denialsOf(actor.grants);
  return held.some(([pattern]) => pattern.includes("*") || !denied.covers(pattern));
}

/** What roles deny, made once of them for all scopes. */
function denialsOf(grants: Grant[]): PatternIndex {
  const index = denials.get(grants) ?? new PatternIndex(patternsDenied(grants));
  denials.set(grants, index);
  return index;
}

const denials = new WeakMap<Grant[], PatternIndex>();

const patternsDenied = (grants: Grant[]) =>
  Object.entries(effective(grants, null)).flatMap(([pattern, effect]) => (effect === "denied" ? [pattern] : []));

/** Of these scopes those that carry anything at all for whoever holds the grants. */
export const usefulScopes = (grants: Grant[], names: string[]): string[] => useful(grants, null, names.join(" "));

const useful = remembered((grants, _, names) => {
  const carried = new Map(scopes().map(({ name, permissions }) => [name, permissions]));
  return names.split(" ").filter((name) => isUseful({ grants }, carried.get(name) ?? []));
});

/** Lists the catalogue; for somebody signed in it says which scopes would be of use to them. */
export const listScopes = defineOperation({
  name: "scopes.list",
  summary: "List the scopes that a token can have",
  route: "GET /scopes",
  allow: "anyone",
  input: z.strictObject({}),
  output: z.object({
    items: z.array(
      z.object({
        name: z.string(),
        sentence: z
          .string()
          .meta({ description: "What a token with this scope is able to do, as the policy of your account has it" }),
        permissions: z.array(z.string()).meta({ description: "The permission patterns it carries" }),
        sessionOnly: z
          .array(z.string())
          .meta({ description: "Operations of these permissions that no token does: they are for who is signed in" }),
        available: z.boolean().nullable().meta({ description: "Do your roles allow any of it? null when nobody asks" }),
      }),
    ),
  }),

  async run({ actor, tx }) {
    const policy = actor && (await creationPolicy(tx, actor.accountId));
    const available = (scope: Scope) => (actor ? isUseful(actor, scope.permissions) : null);
    const closed = ({ permissions }: Scope) => operationsBySession(permissions).map(({ name }) => name);
    const sentence = (scope: Scope) => scope.sentence + creationWords(scope, policy);
    const items = scopes().map((scope) => ({
      ...scope,
      sentence: sentence(scope),
      sessionOnly: closed(scope),
      available: available(scope),
    }));
    return { items };
  },
});

type CreationPolicy = (typeof accounts.$inferSelect)["keysMayCreateKeys"];

async function creationPolicy(tx: Db, accountId: string): Promise<CreationPolicy | null> {
  const { id, keysMayCreateKeys } = accounts;
  const [account] = await tx.select({ keysMayCreateKeys }).from(accounts).where(eq(id, accountId));
  return account?.keysMayCreateKeys ?? null;
}

/** What a token of this scope may create, in a sentence behind the scope's own; nothing where it creates none. */
function creationWords({ permissions }: Scope, policy: CreationPolicy | null): string {
  return permissions.some(createsTokens) ? ` ${creationSentences[policy ?? "unknown"]}` : "";
}

const creationSentences: Record<CreationPolicy | "unknown", string> = {
  narrower:
    "It creates only tokens of its other scopes, never one that creates tokens, that end no later than itself: with no other scope it creates none.",
  owner:
    "By your account's policy it creates whatever you may give a token, this scope too, to the longest end: whoever holds it can replace it for ever.",
  unknown: "How much it may give them, your account's policy says.",
};
