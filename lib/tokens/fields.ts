import { z } from "zod";
import { scopes as catalogue, isUseful } from "#lib/access/scopes/catalogue.ts";
import type { Actor } from "#lib/core/actor.ts";
import { badField } from "#lib/core/errors.ts";
import { line, name } from "#lib/core/fields.ts";

/** What a token is for. */
export const description = line(500).meta({ description: "What it is for" });

/** What a token is called. */
export const tokenName = name(100).meta({
  description: "Yours alone; say what uses it",
  example: "nightly export on build-7",
});

/** The scopes of a token, each once. */
export const tokenScopes = z
  .array(z.string().max(64))
  .min(1, "Choose at least one scope: a token without any could do nothing.")
  .max(200)
  .transform((names) => [...new Set(names)])
  .meta({ description: "Names from GET /scopes" });

/** Refuses scopes that are not in the catalogue, or of which the actor's roles allow nothing. */
export function assertKnownScopes(actor: Actor, names: string[]) {
  const known = new Map(catalogue().map((scope) => [scope.name, scope.permissions]));
  const useful = (name: string) => isUseful(actor, known.get(name) ?? []);
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length)
    throw badField("scopes", "unknown_scope", `There is no scope ${unknown.join(", ")}. GET /scopes lists them.`);
  const idle = names.filter((name) => !useful(name));
  if (idle.length) throw badField("scopes", "not_yours", `Your roles allow nothing of ${idle.join(", ")}.`);
}

/** Refuses a token that would end before it begins. */
export function assertStartBeforeEnd(start: Date | null, end: Date | null): void {
  if (start && end && start >= end) throw badField("startsAt", "too_late", "Choose a start before its end.");
}
