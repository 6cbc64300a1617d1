import { readFileSync } from "node:fs";
import { z } from "zod";
import { BadSetting, env } from "#lib/env.ts";
import type { Actor } from "./core/actor.ts";
import { permissionPattern } from "./core/fields.ts";
import { defineOperation } from "./core/operation.ts";
import { covers, decide, effective, type Grant, overlap, remembered } from "./core/permissions.ts";

/** A named slice of permissions that a token may be limited to. */
const scope = z.strictObject({
  name: z.string().regex(/^[A-Za-z][\w:.-]{0,63}$/, "start with a letter; letters, digits, _ : . - follow, 64 at most"),
  sentence: z.string().min(1).max(300),
  permissions: z.array(permissionPattern).min(1).max(100),
});

export type Scope = z.output<typeof scope>;

const catalogueFile = z.strictObject({ replace: z.boolean().default(false), scopes: z.array(scope).min(1).max(200) });

/** What a portal offers unless `SCOPES_FILE` says otherwise. `pro` is the product beside which it stands. */
const standard: Scope[] = [
  {
    name: "Authentication",
    sentence: "Manage environments, groups and users of the product, and read the users and groups of your account.",
    permissions: [
      ...["environment", "group", "user"].map((resource) => `pro:own:*:${resource}`),
      ...["user", "group"].flatMap((resource) => reading(resource)),
      "portal:own:get:profile",
    ],
  },
  {
    name: "PublishApp",
    sentence: "Publish, update, edit and delete applications.",
    permissions: ["pro:own:*:app"],
  },
  { name: "PublishAimms", sentence: "Publish AIMMS versions.", permissions: ["pro:own:*:aimms"] },
  { name: "Tasks", sentence: "Submit tasks, follow them and read their results.", permissions: ["pro:own:*:task"] },
  {
    name: "Session",
    sentence: "Read session information and logs, and terminate sessions of the product.",
    permissions: ["pro:own:*:session"],
  },
  {
    name: "APIKey",
    sentence: "Create, list and revoke your API tokens.",
    permissions: ["list", "get", "create", "update", "delete"].map((act) => `portal:own:${act}:token`),
  },
  {
    name: "Secret",
    sentence: "Read and write secrets that the product keeps, and read your service credentials where that is allowed.",
    permissions: [
      "pro:own:*:secret",
      ...["list", "get", "reveal", "test"].map((act) => `portal:own:${act}:service_credential`),
    ],
  },
  {
    name: "User",
    sentence: "Read and change your user record in the product, and read your profile.",
    permissions: ["pro:own:*:self", "portal:own:get:profile"],
  },
  { name: "Account", sentence: "Read and change the account in the product.", permissions: ["pro:own:*:account"] },
  { name: "profile:read", sentence: "Read your profile.", permissions: ["portal:own:get:profile"] },
  {
    name: "profile:write",
    sentence: "Read and change your profile and picture.",
    permissions: ["portal:own:get:profile", "portal:own:update:profile"],
  },
  {
    name: "tokens:rotate-self",
    sentence: "Give itself a new secret, and a new end as far away as its first one was.",
    permissions: ["portal:own:rotate:token"],
  },
  {
    name: "mail",
    sentence: "List mails that could not be delivered, and send them again.",
    permissions: ["aims:own:list:mail_failure", "aims:own:retry:mail_failure"],
  },
  {
    name: "accounts",
    sentence: "Read and change your account and those it manages, their policies and relationships.",
    permissions: administering(["list", "get", "create", "update"], "account"),
  },
  {
    name: "users",
    sentence: "List, read, invite, change, lock and delete users of your account and those it manages.",
    permissions: administering(["list", "get", "create", "update", "delete"], "user"),
  },
  {
    name: "roles",
    sentence: "List, read, make, change and delete roles, and grant and revoke them.",
    permissions: administering(["list", "get", "create", "update", "delete", "grant", "revoke"], "role"),
  },
  {
    name: "groups",
    sentence: "List, read, make, change and delete groups and their members.",
    permissions: administering(["list", "get", "create", "update", "delete"], "group"),
  },
  {
    name: "access-keys",
    // Not to make them: a key could do more than the token that made it.
    sentence: "List, read, label and delete access keys of users.",
    permissions: administering(["list", "get", "update", "delete"], "access_key"),
  },
  {
    name: "integrations",
    sentence: "List, read, add, change and remove the systems for which people keep secrets.",
    permissions: administering(["list", "get", "create", "update", "delete"], "integration"),
  },
  {
    name: "api-users",
    // Not to make them: a program's secret would outlive the token that made it.
    sentence: "List, read, change and delete API users, and change how they sign in.",
    permissions: administering(["list", "get", "update", "delete"], "api_user"),
  },
  {
    name: "gateways",
    sentence: "List, make and delete the gateways that may ask about tokens.",
    permissions: administering(["list", "create", "delete"], "gateway"),
  },
  {
    name: "audit",
    sentence: "Read and export the audit log of your account and those it manages.",
    permissions: administering(["list", "get"], "audit"),
  },
  {
    name: "read-only",
    sentence: "Read and list everything you can see, and change nothing.",
    permissions: ["*:own:get:*", "*:own:list:*", "*:managed:get:*", "*:managed:list:*"],
  },
  ...mendix(),
];

/** What a token for the Private Mendix Platform can be limited to, by the names it has there. */
function mendix(): Scope[] {
  const product = (name: string, sentence: string, resource: string, actions: string[]) => ({
    name,
    sentence,
    permissions: actions.map((action) => `pro:own:${action}:${resource}`),
  });
  return [
    product("mx_app_read", "Read the apps of the product.", "app", ["list", "get"]),
    product("mx_app_write", "Create, change and delete apps of the product.", "app", ["create", "update", "delete"]),
    product("mx_app_team_write", "Change who works on the apps of the product.", "app_team", ["update"]),
    product("mx_marketplace_read", "Read the marketplace of the product.", "marketplace", ["list", "get"]),
    product("mx_marketplace_write", "Change the marketplace of the product.", "marketplace", [
      "create",
      "update",
      "delete",
    ]),
    product("mx_marketplace_share", "Share content of the product's marketplace.", "marketplace", ["share"]),
    {
      name: "mx_user_read",
      sentence: "Read your profile, and the users of your account.",
      permissions: ["portal:own:get:profile", ...reading("user")],
    },
    {
      name: "mx_user_write",
      sentence: "Read, invite, change and delete users of your account.",
      permissions: [...reading("user"), ...writing("user")],
    },
    { name: "mx_group_read", sentence: "Read the groups of your account.", permissions: reading("group") },
    {
      name: "mx_group_write",
      sentence: "Make, change and delete groups of your account.",
      permissions: writing("group"),
    },
    {
      name: "mx_group_member_write",
      sentence: "Change the groups of your account and who is in them.",
      permissions: ["aims:own:update:group"],
    },
    product("mx_cicd_build", "Build apps of the product.", "app", ["build"]),
    product("mx_cicd_deploy", "Deploy apps of the product.", "app", ["deploy"]),
  ];
}

function reading(resource: string): string[] {
  return ["list", "get"].map((action) => `aims:own:${action}:${resource}`);
}

function writing(resource: string): string[] {
  return ["create", "update", "delete"].map((action) => `aims:own:${action}:${resource}`);
}

/** Named one by one, so that a token with the scope needs no step-up for them. */
function administering(actions: string[], resource: string): string[] {
  return ["own", "managed"].flatMap((scope) => actions.map((action) => `aims:${scope}:${action}:${resource}`));
}

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

/** The scopes that would carry a permission. */
export const scopesCarrying = (permission: string): string[] =>
  scopes()
    .filter((scope) => scope.permissions.some((pattern) => covers(pattern, permission)))
    .map(({ name }) => name);

/** Does any of these scopes let a token make tokens? */
export const managesTokens = (names: string[]): boolean =>
  patternsOf(names).some((pattern) => overlap(pattern, "portal:own:create:token") !== null);

/** Would this scope carry anything at all for this person, given what their roles say now? */
export function isUseful(actor: Pick<Actor, "grants">, permissions: string[]): boolean {
  const held = Object.entries(effective(actor.grants, permissions)).filter(([, effect]) => effect === "allowed");
  return held.some(([pattern]) => pattern.includes("*") || decide(actor.grants, null, pattern).allowed);
}

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
        sentence: z.string().meta({ description: "What a token with this scope is able to do" }),
        permissions: z.array(z.string()).meta({ description: "The permission patterns it carries" }),
        available: z.boolean().nullable().meta({ description: "Do your roles allow any of it? null when nobody asks" }),
      }),
    ),
  }),

  async run({ actor }) {
    const available = (scope: Scope) => (actor ? isUseful(actor, scope.permissions) : null);
    return { items: scopes().map((scope) => ({ ...scope, available: available(scope) })) };
  },
});
