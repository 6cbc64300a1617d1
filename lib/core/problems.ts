type Kind = { status: number; title: string; fix: string };

/** Every code a refusal may carry, with what it means and what to do: the API's error reference is this table. */
export const problems = {
  malformed_request: { status: 400, title: "The request could not be read", fix: "Check the syntax of the request." },
  unauthenticated: {
    status: 401,
    title: "Who is asking?",
    fix: "Sign in, or send a token in the Authorization header: `Authorization: Bearer lk_pat_…`.",
  },
  invalid_credentials: {
    status: 401,
    title: "Name or password is not right",
    fix: "Check both. Passwords count upper and lower case.",
  },
  access_keys_off: {
    status: 401,
    title: "Access keys are switched off",
    fix: "The account does not let access keys sign in: ask an administrator of it.",
  },
  mfa_code_required: {
    status: 401,
    title: "A second factor is needed",
    fix: "Send `challenge` with a code, a recovery code or a passkey to POST /sessions/mfa within three minutes.",
  },
  mfa_enrollment_required: {
    status: 401,
    title: "A second factor must be set up first",
    fix: "Your account demands one. Sign in to the portal with a browser and set it up there.",
  },
  new_password_required: {
    status: 401,
    title: "This password was good once",
    fix: "Send `challenge` with a `newPassword` to POST /sign-in/new-password within three minutes.",
  },
  challenge_expired: {
    status: 401,
    title: "This sign-in took too long",
    fix: "Begin again with your password.",
  },
  wrong_code: { status: 401, title: "This code is not right", fix: "Type the code that the app shows now." },
  code_used: {
    status: 401,
    title: "This code was used already",
    fix: "Wait for the next code: each one is good once.",
  },
  wrong_passkey: {
    status: 401,
    title: "This passkey did not work",
    fix: "Try again within five minutes, or use another passkey or another way.",
  },
  passkey_flagged: {
    status: 401,
    title: "This passkey may have been copied",
    fix: "Its counter ran backwards. Prove yourself in another way, then remove this passkey and add a new one.",
  },
  clock_off: {
    status: 401,
    title: "The clock of your authenticator seems off",
    fix: "Let your phone set its time by itself, then type the code it shows.",
  },
  user_inactive: {
    status: 401,
    title: "You cannot sign in",
    fix: "Ask an administrator of your account to activate you.",
  },
  user_locked: { status: 401, title: "You are locked", fix: "Wait until the lock ends, or ask an administrator." },
  notifications_only: {
    status: 401,
    title: "You get notifications only",
    fix: "Ask an administrator of your account if you should be able to sign in.",
  },
  password_once_over: {
    status: 401,
    title: "This password is no longer good",
    fix: "Choose a new one with the link mailed to you, or ask an administrator of your account for a one-time password.",
  },
  token_malformed: {
    status: 401,
    title: "This is not a token that opens this",
    fix: "Copy it again, whole and with its prefix, and see that it is of the kind that the answer names.",
  },
  token_unknown: {
    status: 401,
    title: "This token is not known here",
    fix: "Check that it was made on this portal; if it was revoked long ago, make a new one.",
  },
  token_expired: { status: 401, title: "This token has expired", fix: "Make a new token on the API tokens page." },
  token_not_yet_valid: {
    status: 401,
    title: "This token is not good yet",
    fix: "Wait until its start date, or make another one.",
  },
  token_revoked: { status: 401, title: "This token was revoked", fix: "Make a new token on the API tokens page." },
  impersonation_over: {
    status: 401,
    title: "You no longer act as somebody else",
    fix: "The hour is over. Go on in your own session: DELETE /sessions/current/impersonation.",
  },
  session_ended: { status: 401, title: "This session has ended", fix: "Sign in again." },
  owner_inactive: {
    status: 401,
    title: "The owner of this credential cannot sign in",
    fix: "Ask an administrator of the account.",
  },
  forbidden: { status: 403, title: "You may not do this", fix: "Ask an administrator for a role that allows it." },
  insufficient_scope: {
    status: 403,
    title: "The token lacks the scope",
    fix: "Make a token that holds one of the scopes named in the answer.",
  },
  session_required: {
    status: 403,
    title: "Only a signed-in person can do this",
    fix: "Sign in: no token may do this, whatever its scopes.",
  },
  not_while_impersonating: {
    status: 403,
    title: "This is for their own hands",
    fix: "You act as somebody else: their password, factors, sessions, tokens and settings are theirs. Stop acting as them first.",
  },
  step_up_required: {
    status: 403,
    title: "Confirm that it is you",
    fix: "Prove one of `methods` at POST /sessions/current/step-up, then send the request again.",
  },
  second_factor_demanded: {
    status: 409,
    title: "Your account demands a second factor",
    fix: "Set up another one first, then remove this one.",
  },
  self_modification: {
    status: 403,
    title: "Nobody changes their own rights",
    fix: "Ask another administrator of the account.",
  },
  privilege_escalation: {
    status: 403,
    title: "This goes beyond your own rights",
    fix: "Nobody gives what they do not hold, or changes a user who holds more: ask somebody who does.",
  },
  global_role: {
    status: 403,
    title: "Global roles stay as they are",
    fix: "Make a role of your own, with the same permissions to begin with.",
  },
  address_not_allowed: {
    status: 403,
    title: "Not from this address",
    fix: "Call from one of the addresses that the token names, or add this one on the token's page.",
  },
  addresses_required: {
    status: 403,
    title: "The account demands addresses",
    fix: "Name the addresses that the token is used from on its page, and let uses from elsewhere be refused.",
  },
  origin_refused: {
    status: 403,
    title: "The request came from another site",
    fix: "Open the portal at its own address (APP_URL) and try again.",
  },
  own_user: {
    status: 403,
    title: "Not on yourself",
    fix: "Nobody changes their own status, roles or place here: ask another administrator.",
  },
  not_found: { status: 404, title: "There is no such thing", fix: "Check the address; it may be gone, or not yours." },
  method_not_allowed: { status: 405, title: "Not this method", fix: "Use one of the methods in the Allow header." },
  conflict: {
    status: 409,
    title: "That does not fit with what is there",
    fix: "Read the detail and choose otherwise.",
  },
  token_ended: {
    status: 409,
    title: "This token has ended",
    fix: "It was revoked or expired in the meantime. Make a new token on the API tokens page.",
  },
  account_inactive: {
    status: 409,
    title: "The account is not active",
    fix: "Ask somebody of an account that manages it to activate it first.",
  },
  user_exists: {
    status: 409,
    title: "There is such a user already",
    fix: "Usernames and e-mail addresses are used once on this portal, whatever their case. Choose another one.",
  },
  limit_reached: { status: 409, title: "There is no room for more", fix: "Remove one that is no longer needed." },
  in_progress: {
    status: 409,
    title: "The same request is still running",
    fix: "Wait for the first one, then send it again.",
  },
  mfa_enrolled: {
    status: 409,
    title: "There is a second factor already",
    fix: "Remove it first, then set up the other one.",
  },
  already_set_up: { status: 409, title: "This portal is set up already", fix: "Sign in instead." },
  admin_account_immutable: {
    status: 409,
    title: "An administrator holds no other roles",
    fix: "Revoke the role Administrator first.",
  },
  last_administrator: {
    status: 409,
    title: "That would leave the account without an administrator",
    fix: "Hand over first: make somebody else who can sign in an administrator of the account.",
  },
  link_expired: {
    status: 410,
    title: "This link is used up or too old",
    fix: "Ask for a new one: each is good once, and for the time its mail names.",
  },
  version_conflict: {
    status: 412,
    title: "It changed in the meantime",
    fix: "Read it again, then repeat your change.",
  },
  too_large: {
    status: 413,
    title: "That is too large",
    fix: "Send less: 64 kB of JSON, or a picture of at most 2 MB.",
  },
  unsupported_media_type: {
    status: 415,
    title: "Not this kind of content",
    fix: "Send JSON as application/json in UTF-8, pictures as image/png, image/jpeg or image/webp.",
  },
  invalid_fields: { status: 422, title: "Some fields need another look", fix: "Mend the fields named in `errors`." },
  idempotency_key_reused: {
    status: 422,
    title: "This Idempotency-Key was used for another request",
    fix: "Use a new key for each new request.",
  },
  too_many_requests: { status: 429, title: "Too many tries", fix: "Wait as long as Retry-After says." },
  internal_error: {
    status: 500,
    title: "Something went wrong on our side",
    fix: "Try again; if it stays, give an administrator the request id.",
  },
  writes_disabled: {
    status: 503,
    title: "The portal is read-only at present",
    fix: "Read and sign in as always; try the change again later, when READ_ONLY is off.",
  },
  unavailable: { status: 503, title: "The portal cannot answer just now", fix: "Try again in a few seconds." },
} satisfies Record<string, Kind>;

export type ProblemCode = keyof typeof problems;
