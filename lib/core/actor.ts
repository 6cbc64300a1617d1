import { decide, type Grant, type Needed, permissionOf, remembered } from "./permissions.ts";

/** How somebody proved who they are: a row that is checked at every use. */
export type Credential =
  | {
      kind: "session";
      id: string;
      expiresAt: Date;
      /** Until when what was proven last unlocks sensitive acts; null when that is over. */
      freshUntil: Date | null;
      /** It was a second factor that was proven last. */
      strong: boolean;
      /** Of a session of AIMS: an access key opened it; and it calls over its own API, which knows no step-up. */
      aims?: { byKey: boolean; viaAimsApi: boolean };
    }
  | { kind: "token"; id: string; name: string; scopes: string[]; createdAt: Date; expiresAt: Date | null }
  /** What an API user got for signing in. */
  | { kind: "api_user"; id: string; expiresAt: Date };

/** A way to prove who one is. */
export type Factor = "password" | "totp" | "passkey" | "recovery";

/** Somebody who acts as another person, in the open, out of a session of their own, and why. */
export type Impersonator = {
  id: string;
  username: string;
  fullName: string;
  accountId: string;
  accountName: string;
  sessionId: string;
  reason: string;
  /** Their time is over: there is no more to do than to go on in the own session. */
  over: boolean;
};

/**
 * Who is asking: a person of one account, or an API user, whose login is its `username`, as verified in this request.
 * `limits` are the permission patterns of a token's scopes, or of who acts in the person's place, null for a session of
 * their own; `grants` are what the person's roles say at this moment, and what every person holds beside them.
 */
export type Actor = {
  id: string;
  accountId: string;
  accountName: string;
  username: string;
  fullName: string;
  email: string;
  /** What they have to prove themselves with; empty for a token, which proves nothing. */
  factors: Factor[];
  credential: Credential;
  grants: Grant[];
  limits: string[] | null;
  /** Who really sits there. */
  impersonator?: Impersonator;
};

/** Who calls, and what the transport knows of the request. `who` verifies the credential; null without one. */
export type Caller = {
  who(): Promise<Actor | null>;
  address: string;
  agent: string;
  /** What the browser remembers of somebody who signed in with it before. */
  device?: string;
  /** What part of the product it asks, for the overview of what a token is used for: "users", "me/tokens". */
  group?: string;
  requestId: string;
  idempotencyKey?: string;
};

/**
 * What every live credential may do, whatever its roles and scopes: learn what it is.
 * A role's denial still stands above it.
 */
export const baselineGrant: Grant = {
  role: "Everyone",
  isBaseline: true,
  permissions: { "portal:own:verify:credential": "allowed" },
};

/** The actor's verdict on what an operation or an `action:resource` needs, in their own account or in one that it manages. */
export function verdict(actor: Actor, needed: Needed, accountId = actor.accountId) {
  const scope = accountId === actor.accountId ? "own" : "managed";
  return ruling(actor.grants, actor.limits, permissionOf(needed, scope), accountId);
}

// Everyone's by what it covers and never by its name, which a role of an account may bear too.
const ruling = remembered((grants, limits, needed, accountId) => {
  const isEveryones = decide([baselineGrant], null, needed).allowed;
  return isEveryones ? decide([baselineGrant, ...grants], null, needed) : decide(grants, limits, needed, accountId);
});

/** May the actor do this in their own account? */
export const may = (actor: Actor, needed: Needed): boolean => verdict(actor, needed).allowed;
