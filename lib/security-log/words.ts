/** Every change that goes on record, in words. `registry.test.ts` fails when one is missing. */
export const actionWords: Record<string, string> = {
  "setup.create": "The portal was set up",
  "sign_in.password": "Password proven at sign-in",
  "sign_in.second_factor": "Second factor proven at sign-in",
  "sign_in.begin_enrolment": "Set-up of a second factor begun at sign-in",
  "sign_in.finish_enrolment": "Second factor set up at sign-in",
  "sign_in.new_password": "One-time password replaced at sign-in",
  "sign_in.ticket": "Signed in",
  "sign_in.disown": "“This was not me”: a sign-in was disowned",
  "sessions.create": "Signed in over the API",
  "sessions.create_mfa": "Signed in over the API with a second factor",
  "sessions.end_current": "Signed out",
  "sessions.end": "A session ended",
  "sessions.end_others": "All other sessions ended",
  "users.end_session": "A session ended by an administrator",
  "users.end_sessions": "All sessions ended by an administrator",
  "step_up.prove": "Identity confirmed again",
  "step_up.end": "Confirmation of identity given up",
  "password.change": "Password changed",
  "password_resets.request": "Link to a new password asked for",
  "password_resets.check": "Link to a new password opened",
  "password_resets.mail": "Link to a new password mailed",
  "password_resets.complete": "Password replaced with a mailed link",
  "email.change": "Change of the e-mail address asked for",
  "email.resend": "Link to confirm an e-mail address mailed again",
  "email.cancel": "Change of the e-mail address given up",
  "email.check": "Link to confirm an e-mail address opened",
  "email.confirm": "E-mail address confirmed",
  "email.check_undo": "Link to take back a change of address opened",
  "email.undo": "Change of the e-mail address taken back",
  "secure.run": "Account secured",
  "data.export": "All data downloaded",
  "deletion.request": "Deletion asked for",
  "deletion.cancel": "Deletion called off",
  "deletion.check": "Link to call off the deletion opened",
  "deletion.keep": "Deletion called off with a mailed link",
  "deletion.carry_out": "Deleted",
  "deletion.give_up": "Not deleted: the last administrator",
  "recovery_codes.renew": "New recovery codes made",
  "factors.disable": "Second factors switched off",
  "users.remove_factors": "Second factors removed by an administrator",
  "authenticators.add": "Set-up of an authenticator begun",
  "authenticators.confirm": "Authenticator added",
  "authenticators.rename": "Authenticator renamed",
  "authenticators.remove": "Authenticator removed",
  "profile.update": "Profile changed",
  "picture.put": "Picture changed",
  "picture.delete": "Picture removed",
  "tokens.create": "API token created",
  "tokens.update": "API token renamed or described anew",
  "tokens.revoke": "API token revoked",
  "notifications.read": "Notification read",
  "notifications.read_all": "All notifications read",
  "notification_settings.put": "Notification settings changed",
  "webhook.put": "Webhook address set",
  "webhook.rotate": "Signing secret of the webhook replaced",
  "webhook.test": "Webhook tested",
  "webhook.delete": "Webhook removed",
  "mail_failures.retry": "Undelivered mail sent again",
};

/** An action in words; of one that only reads, which is on record when it was refused, its name says enough. */
export const wordsFor = (action: string): string => actionWords[action] ?? `Asked for: ${action.replace(/[._]/g, " ")}`;

/** What the log can be narrowed to, and the nouns whose operations belong there. */
const nounsOf = {
  "sign-in": ["sign_in", "sessions", "step_up", "devices", "secure"],
  password: ["password", "password_resets"],
  factors: ["factors", "recovery_codes", "authenticators", "passkeys", "users"],
  tokens: ["tokens", "scopes"],
  profile: ["profile", "picture", "email", "data", "deletion"],
  notifications: ["notifications", "notification_settings", "webhook"],
} as const;

export type Kind = keyof typeof nounsOf | "other";

/** Every kind, in the words of the filter. */
export const kindWords: Record<Kind, string> = {
  "sign-in": "Sign-in and sessions",
  password: "Password",
  factors: "Second factors",
  tokens: "API tokens",
  profile: "Profile and address",
  notifications: "Notifications",
  other: "Other",
};

export const kinds = Object.keys(kindWords) as [Kind, ...Kind[]];

/** The nouns of a kind; of `other`, undefined. */
export const nounsIn = (kind: Kind): readonly string[] | undefined => (kind === "other" ? undefined : nounsOf[kind]);

/** All nouns that have a kind of their own. */
export const sortedNouns: string[] = Object.values(nounsOf).flat();

/** What an action belongs to. */
export function kindOf(action: string): Kind {
  const noun = action.slice(0, action.indexOf("."));
  return kinds.find((kind) => nounsIn(kind)?.includes(noun)) ?? "other";
}

/** The actions whose words hold a text, whatever its case. */
export function actionsSaying(text: string): string[] {
  const wanted = text.toLowerCase();
  return Object.keys(actionWords).filter((action) => actionWords[action]?.toLowerCase().includes(wanted));
}
