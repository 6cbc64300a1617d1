import type { Operation } from "#lib/core/operation.ts";

type Tag = { name: string; description: string };

/** What the parts of the API are called, by the first word of their operations' names. */
export const tags: Record<string, Tag> = {
  sessions: { name: "Sessions", description: "A session token in exchange for a password, and its end." },
  profile: { name: "Profile", description: "Who you are, as others see it." },
  picture: {
    name: "Profile picture",
    description: "PNG, JPEG or WebP goes in; a WebP of 256 pixels square comes out.",
  },
  password: { name: "Password", description: "Your own; only a signed-in person changes it, never a token." },
  email: {
    name: "E-mail address",
    description: "A new address is proven before it replaces the old one, which can be returned to for seven days.",
  },
  secure: { name: "Secure my account", description: "Everything at once, for who fears that somebody else got in." },
  data: { name: "My data", description: "Everything the portal keeps about you." },
  deletion: { name: "Deletion", description: "Asking to be deleted, and calling that off within 14 days." },
  password_resets: {
    name: "Password reset",
    description: "A mail with a link, and a new password with that link. The answers never tell who has an account.",
  },
  tokens: {
    name: "API tokens",
    description:
      "Make, list, rename and revoke them, and ask what one may do. A secret is shown once, when it is made.",
  },
  step_up: {
    name: "Step-up",
    description:
      "Sensitive acts ask for a proof of who you are that is at most 15 minutes old: the strongest you have. Signing in is one.",
  },
  passkeys: {
    name: "Passkeys",
    description: "WebAuthn credentials of your own: the options go to the browser, its answer comes back as it is.",
  },
  factors: {
    name: "Second factors",
    description: "What you prove beside your password, and whether your account demands it.",
  },
  authenticators: {
    name: "Authenticator apps",
    description: "Apps that show a new six-digit code every 30 seconds (TOTP).",
  },
  recovery_codes: { name: "Recovery codes", description: "Ten codes, each good once, for when the phone is lost." },
  accounts: {
    name: "Accounts",
    description: "Your account and those it manages: names, policies, and how they stand to each other.",
  },
  relations: {
    name: "Relationships",
    description: "Which account manages or pays for which: agreed by both sides, ended by either, at once.",
  },
  relation_proposals: { name: "Proposed relationships", description: "What waits for the other side to agree." },
  users: { name: "Users", description: "The people of your account, for who may look after them." },
  scopes: { name: "Scopes", description: "The named slices of your rights that a token can be limited to." },
  sign_in: {
    name: "Sign-in",
    description:
      "What the sign-in pages do, step by step. Programs use `POST /sessions`, and `POST /sessions/mfa` where a second factor is needed.",
  },
  notifications: { name: "Notifications", description: "What you were told of in the portal, and what is unread." },
  notification_settings: { name: "Notification settings", description: "Which events reach you, and where." },
  security_log: { name: "Security log", description: "Everything that happened to your account, to read and to keep." },
  roles: { name: "Roles", description: "For administrators: what people may do, and who holds which role." },
  groups: { name: "Groups", description: "For administrators: people who hold roles together." },
  api_users: { name: "API users", description: "For administrators: programs with a login, and how they sign in." },
  api_user_settings: {
    name: "Sign-in of API users",
    description: "For administrators: the customer key, and how long what API users get is good.",
  },
  leaks: {
    name: "Leaked tokens",
    description: "Ending a token that was found where it should not be, by anyone who found it.",
  },
  integrations: {
    name: "Integrations",
    description: "For administrators: systems outside for which people keep secrets.",
  },
  credentials: { name: "Service credentials", description: "Secrets that you keep for other systems." },
  permissions: {
    name: "Permissions",
    description: "What can be allowed and denied, and why somebody may do something.",
  },
  invitations: { name: "Invitations", description: "Choosing a first password with the link of an invitation." },
  access_keys: {
    name: "Access keys",
    description: "An id and a secret with which a program signs in over AIMS as its person.",
  },
  gateways: {
    name: "Gateways",
    description: "What asks whether a token is live, at POST /oauth2/introspect (RFC 7662), and its credential.",
  },
  audit: {
    name: "Audit log",
    description: "What happened in an account and those it manages, in entries that nobody changes, sealed in a chain.",
  },
  impersonation: {
    name: "Impersonation",
    description: "Acting as a person of the account, in the open: they are told, and both names stand on record.",
  },
  mail_failures: { name: "Undelivered mail", description: "For administrators: what could not be brought to people." },
  webhook: {
    name: "Webhook",
    description: "Your own receiver, told of your events as they happen; signed as standardwebhooks.com has it.",
  },
  setup: { name: "Set-up", description: "The first account and its administrator, once, on a new portal." },
};

/** The part of the API that an operation stands under. */
export const tagOf = ({ name }: Operation): string => {
  const prefix = name.slice(0, name.indexOf("."));
  return tags[prefix]?.name ?? prefix;
};
