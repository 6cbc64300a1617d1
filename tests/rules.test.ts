import { beforeAll, describe, expect, test } from "vitest";
import type { Actor, Credential } from "#lib/core/actor.ts";
import { type Allow, authorize } from "#lib/core/authorize.ts";
import { Refusal } from "#lib/core/errors.ts";
import type { Operation } from "#lib/core/operation.ts";
import { requireWritable } from "#lib/core/read-only.ts";
import { everyDefinition } from "./every-definition.ts";
import { configure } from "./settings.ts";

beforeAll(() => configure({ READ_ONLY: "on" }));

const later = new Date("2100-01-01");
type Session = Extract<Credential, { kind: "session" }>;
const session = (freshUntil: Date | null, aims?: Session["aims"]): Credential => ({
  ...{ kind: "session", id: "1", expiresAt: later, freshUntil, strong: true, aims },
});
const token: Credential = { kind: "token", id: "1", name: "nightly", scopes: [], createdAt: later, expiresAt: null };
const program: Credential = { kind: "api_user", id: "1", expiresAt: later };

const anybody: Actor = {
  ...{ id: "2", accountId: "20000001", accountName: "Quarry", username: "eve", fullName: "Eve" },
  ...{ email: "eve@example.org", factors: ["password", "totp"], credential: session(later), limits: null },
  grants: [{ role: "Some", permissions: { "*:*:*:*": "allowed" } }],
};
const holding = (pattern: string) => ({ grants: [{ role: "Some", permissions: { [pattern]: "allowed" } }] });
const impersonator = (over: boolean) => ({
  ...{ id: "3", username: "ada", fullName: "Ada", accountId: "20000001", accountName: "Quarry" },
  ...{ sessionId: "4", reason: "Ticket 4711", over },
});

/** Whoever a rule tells apart from others, by what they come with for this operation. */
const actors: [who: string, actor: (operation: Operation) => Partial<Actor> | null][] = [
  ["nobody", () => null],
  ["a person who proved who they are", () => ({})],
  ["a person who proved nothing lately", () => ({ credential: session(null) })],
  ["a person without a role", () => holding("portal:own:*:*")],
  ["a person who administers alone", () => holding("admin:own:*:*")],
  ["an impersonator", () => ({ impersonator: impersonator(false), limits: ["*:*:*:*"] })],
  ["an impersonator whose time is over", () => ({ impersonator: impersonator(true), limits: ["*:*:*:*"] })],
  ["a session of AIMS", () => ({ credential: session(null, { byKey: false, viaAimsApi: false }) })],
  ["a session of AIMS over its API", () => ({ credential: session(null, { byKey: false, viaAimsApi: true }) })],
  ["an access key over the API of AIMS", () => ({ credential: session(null, { byKey: true, viaAimsApi: true }) })],
  ["a token with a wildcard", () => ({ credential: token, limits: ["*:*:*:*"] })],
  ["a token that names it", ({ allow }) => ({ credential: token, limits: [`*:*:${allow}`] })],
  ["an API user with a wildcard", () => ({ credential: program })],
  ["an API user that names it", ({ allow }) => ({ credential: program, ...holding(`*:*:${allow}`) })],
];

const codeOf = (work: () => void): string => {
  try {
    work();
    return "ok";
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
};

/** What all of them are told, and what a portal says to it that is read-only. */
function verdicts(operation: Operation) {
  const said = actors.map(([who, actorFor]) => {
    const actor = actorFor(operation);
    return [who, codeOf(() => authorize(operation, actor && { ...anybody, ...actor }))];
  });
  return [...said, ["while read-only", operation.audit ? codeOf(() => requireWritable(operation)) : "ok"]];
}

/** Names that a rule was guessed from once, and one that says nothing. */
const names = ["things.do", "things.export", "impersonation.end", "sessions.end_current", "step_up.do", "sign_in.do"];
const routes = [null, "GET /things", "POST /things", "PUT /things", "PATCH /things", "DELETE /things"] as const;
const resources = ["thing", "token", "profile", "credential", "user"];

const renamed = (operation: Operation): Operation[] => [
  ...[...names, "api_users.sign_in"].map((name) => ({ ...operation, name })),
  ...routes.map((route) => ({ ...operation, route })),
];

/** The same under the name of another permission, with whoever holds that; what every credential may is one by name. */
function underOtherPermissions(operation: Operation): Operation[] {
  if (!operation.allow.includes(":") || operation.about === "credential") return [];
  return resources.map((resource) => ({
    ...operation,
    allow: operation.allow.replace(/:.*/, `:${resource}`) as Allow,
  }));
}

const calling = ({ name, route, allow }: Operation) => `${name}, ${route}, ${allow}`;

describe.each(everyDefinition)("$name", (operation) => {
  test("is decided on as before when its name, its route or its permission is called something else", () => {
    const before = verdicts(operation);
    const others = [...renamed(operation), ...underOtherPermissions(operation)];
    for (const other of others) expect([calling(other), verdicts(other)]).toEqual([calling(other), before]);
  });
});

test("the rules tell these callers apart, but those whom nothing is refused", () => {
  const all = everyDefinition.map(verdicts);
  const codes = actors.map(([who], place) => [who, new Set(all.map((said) => said[place]?.[1]))] as const);
  expect(codes.filter(([, said]) => said.size < 2).map(([who]) => who)).toEqual([
    "a person who proved who they are",
    "a session of AIMS over its API",
  ]);
});
