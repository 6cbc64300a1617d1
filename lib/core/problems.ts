import { credentialProblems, type ProblemKind } from "./credential-problems.ts";

/** Every code a refusal may carry, with what it means and what to do: the API's error reference is this table. */
export const problems = {
  malformed_request: { status: 400, title: "Malformed request", fix: "Check the syntax of the request." },
  ...credentialProblems,
  forbidden: { status: 403, title: "Permission denied", fix: "Ask an administrator for a role that allows it." },
  insufficient_scope: {
    status: 403,
    title: "Insufficient scope",
    fix: "Make a token that holds one of the scopes named in the answer.",
  },
  session_required: {
    status: 403,
    title: "Session required",
    fix: "Sign in: no token may do this, whatever its scopes.",
  },
  not_while_impersonating: {
    status: 403,
    title: "Not allowed while impersonating",
    fix: "You act as somebody else: their password, factors, sessions, tokens and settings are theirs. Stop acting as them first.",
  },
  step_up_required: {
    status: 403,
    title: "Step-up authentication required",
    fix: "Prove one of `methods` at POST /sessions/current/step-up, then send the request again.",
  },
  second_factor_demanded: {
    status: 409,
    title: "Second factor required by the account",
    fix: "Set up another one first, then remove this one.",
  },
  self_modification: {
    status: 403,
    title: "Own rights cannot be changed",
    fix: "Ask another administrator of the account.",
  },
  privilege_escalation: {
    status: 403,
    title: "Exceeds your own permissions",
    fix: "Nobody gives what they do not hold, or changes a user who holds more: ask somebody who does.",
  },
  global_role: {
    status: 403,
    title: "Global roles cannot be changed",
    fix: "Make a role of your own, with the same permissions to begin with.",
  },
  address_not_allowed: {
    status: 403,
    title: "Address not allowed",
    fix: "Call from one of the addresses that the token names, or add this one on the token's page.",
  },
  addresses_required: {
    status: 403,
    title: "Allowed addresses required",
    fix: "Name the addresses that the token is used from on its page, and let uses from elsewhere be refused.",
  },
  origin_refused: {
    status: 403,
    title: "Cross-site request refused",
    fix: "Open the portal at its own address (APP_URL) and try again.",
  },
  own_user: {
    status: 403,
    title: "Not allowed on yourself",
    fix: "Nobody changes their own status, roles or place here: ask another administrator.",
  },
  not_found: { status: 404, title: "Not found", fix: "Check the address; it may be gone, or not yours." },
  method_not_allowed: { status: 405, title: "Method not allowed", fix: "Use one of the methods in the Allow header." },
  conflict: {
    status: 409,
    title: "Conflict",
    fix: "Read the detail and choose otherwise.",
  },
  token_ended: {
    status: 409,
    title: "Token already ended",
    fix: "It was revoked or expired in the meantime. Make a new token on the API tokens page.",
  },
  account_inactive: {
    status: 409,
    title: "Account is deactivated",
    fix: "Ask somebody of an account that manages it to activate it first.",
  },
  user_exists: {
    status: 409,
    title: "User already exists",
    fix: "Usernames and e-mail addresses are used once on this portal, whatever their case. Choose another one.",
  },
  limit_reached: { status: 409, title: "Limit reached", fix: "Remove one that is no longer needed." },
  in_progress: {
    status: 409,
    title: "Request already in progress",
    fix: "Wait for the first one, then send it again.",
  },
  mfa_enrolled: {
    status: 409,
    title: "Second factor already set up",
    fix: "Remove it first, then set up the other one.",
  },
  already_set_up: { status: 409, title: "Portal already set up", fix: "Sign in instead." },
  admin_account_immutable: {
    status: 409,
    title: "Administrators hold no other roles",
    fix: "Revoke the role Administrator first.",
  },
  last_administrator: {
    status: 409,
    title: "Account needs an administrator",
    fix: "Hand over first: make somebody else who can sign in an administrator of the account.",
  },
  link_expired: {
    status: 410,
    title: "Link expired or already used",
    fix: "Ask for a new one: each is good once, and for the time its mail names.",
  },
  version_conflict: {
    status: 412,
    title: "Changed in the meantime",
    fix: "Read it again, then repeat your change.",
  },
  too_large: {
    status: 413,
    title: "Content too large",
    fix: "Send less: 64 kB of JSON, or a picture of at most 2 MB.",
  },
  unsupported_media_type: {
    status: 415,
    title: "Unsupported media type",
    fix: "Send JSON as application/json in UTF-8, pictures as image/png, image/jpeg or image/webp.",
  },
  invalid_fields: { status: 422, title: "Invalid fields", fix: "Mend the fields named in `errors`." },
  idempotency_key_reused: {
    status: 422,
    title: "Idempotency key reused",
    fix: "Use a new key for each new request.",
  },
  too_many_requests: { status: 429, title: "Too many requests", fix: "Wait as long as Retry-After says." },
  internal_error: {
    status: 500,
    title: "Internal error",
    fix: "Try again; if it stays, give an administrator the request id.",
  },
  writes_disabled: {
    status: 503,
    title: "Portal is read-only",
    fix: "Read and sign in as always; try the change again later, when READ_ONLY is off.",
  },
  unavailable: { status: 503, title: "Portal unavailable", fix: "Try again in a few seconds." },
} satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problems;
