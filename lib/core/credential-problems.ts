/** A problem: its status, its title for programs and logs, and what to do about it. */
export type ProblemKind = { status: number; title: string; fix: string };

/** Why whoever asks is not known, or not let in: everything that is answered with 401. */
export const credentialProblems = {
  unauthenticated: {
    status: 401,
    title: "Authentication required",
    fix: "Sign in, or send a token in the Authorization header: `Authorization: Bearer lk_pat_…`.",
  },
  invalid_credentials: {
    status: 401,
    title: "Incorrect username or password",
    fix: "Check both. Passwords count upper and lower case.",
  },
  access_keys_off: {
    status: 401,
    title: "Access keys are disabled",
    fix: "The account does not let access keys sign in: ask an administrator of it.",
  },
  mfa_code_required: {
    status: 401,
    title: "Second factor required",
    fix: "Send `challenge` with a code, a recovery code or a passkey to POST /sessions/mfa within three minutes.",
  },
  mfa_enrollment_required: {
    status: 401,
    title: "Second factor must be set up",
    fix: "Your account demands one. Sign in to the portal with a browser and set it up there.",
  },
  new_password_required: {
    status: 401,
    title: "New password required",
    fix: "Send `challenge` with a `newPassword` to POST /sign-in/new-password within three minutes.",
  },
  challenge_expired: {
    status: 401,
    title: "Sign-in expired",
    fix: "Begin again with your password.",
  },
  wrong_code: { status: 401, title: "Incorrect code", fix: "Type the code that the app shows now." },
  code_used: {
    status: 401,
    title: "Code already used",
    fix: "Wait for the next code: each one is good once.",
  },
  wrong_passkey: {
    status: 401,
    title: "Passkey not accepted",
    fix: "Try again within five minutes, or use another passkey or another way.",
  },
  passkey_flagged: {
    status: 401,
    title: "Passkey may have been copied",
    fix: "Its counter ran backwards. Prove yourself in another way, then remove this passkey and add a new one.",
  },
  clock_off: {
    status: 401,
    title: "Authenticator's clock is wrong",
    fix: "Let your phone set its time by itself, then type the code it shows.",
  },
  user_inactive: {
    status: 401,
    title: "User is deactivated",
    fix: "Ask an administrator of your account to activate you.",
  },
  user_locked: { status: 401, title: "User is locked", fix: "Wait until the lock ends, or ask an administrator." },
  notifications_only: {
    status: 401,
    title: "User gets notifications only",
    fix: "Ask an administrator of your account if you should be able to sign in.",
  },
  password_once_over: {
    status: 401,
    title: "One-time password expired",
    fix: "Choose a new one with the link mailed to you, or ask an administrator of your account for a one-time password.",
  },
  token_malformed: {
    status: 401,
    title: "Invalid token",
    fix: "Copy it again, whole and with its prefix, and see that it is of the kind that the answer names.",
  },
  token_unknown: {
    status: 401,
    title: "Unknown token",
    fix: "Check that it was made on this portal; if it was revoked long ago, make a new one.",
  },
  token_expired: { status: 401, title: "Token expired", fix: "Make a new token on the API tokens page." },
  token_not_yet_valid: {
    status: 401,
    title: "Token not yet valid",
    fix: "Wait until its start date, or make another one.",
  },
  token_revoked: { status: 401, title: "Token revoked", fix: "Make a new token on the API tokens page." },
  impersonation_over: {
    status: 401,
    title: "Impersonation ended",
    fix: "The hour is over. Go on in your own session: DELETE /sessions/current/impersonation.",
  },
  session_ended: { status: 401, title: "Session ended", fix: "Sign in again." },
  owner_inactive: {
    status: 401,
    title: "Owner cannot sign in",
    fix: "Ask an administrator of the account.",
  },
} satisfies Record<string, ProblemKind>;
