/** What the log can be filtered by, in the words of the filter. */
export const kindWords = {
  "sign-in": "Sign-in and sessions",
  password: "Password",
  factors: "Second factors",
  tokens: "API tokens",
  credentials: "Service credentials",
  profile: "Profile and address",
  notifications: "Notifications",
  users: "Users",
  roles: "Roles and groups",
  other: "Other",
};

export type EntryKind = keyof typeof kindWords;

export const kinds = Object.keys(kindWords) as [EntryKind, ...EntryKind[]];

/** Every change that goes on record, in words, by kind. `registry.test.ts` fails when one is missing. */
const words: Record<EntryKind, Record<string, string>> = {
  "sign-in": {
    "sign_in.password": "Password proven at sign-in",
    "sign_in.second_factor": "Second factor proven at sign-in",
    "sign_in.second_factor_options": "Passkey asked for as the second factor",
    "sign_in.passkey_options": "Passkey asked for at sign-in",
    "sign_in.passkey": "Passkey proven at sign-in",
    "sign_in.begin_enrolment": "Set-up of a second factor begun at sign-in",
    "sign_in.finish_enrolment": "Second factor set up at sign-in",
    "sign_in.new_password": "One-time password replaced at sign-in",
    "sign_in.ticket": "Signed in",
    "sign_in.check_disown": "Link that disowns a sign-in opened",
    "sign_in.disown": "“This was not me”: a sign-in was disowned",
    "sessions.create": "Signed in over the API",
    "sessions.create_mfa": "Signed in over the API with a second factor",
    "sessions.create_aims": "Signed in over AIMS",
    "sessions.create_aims_mfa": "Signed in over AIMS with a second factor",
    "sessions.create_with_access_key": "Signed in over AIMS with an access key",
    "sessions.use_aims": "Session of AIMS used",
    "sessions.end_current": "Signed out",
    "sessions.end": "A session ended",
    "sessions.end_others": "All other sessions ended",
    "users.end_session": "A session ended by an administrator",
    "users.end_sessions": "All sessions ended by an administrator",
    "impersonation.begin": "Somebody began to act as somebody else",
    "impersonation.end": "Somebody stopped acting as somebody else",
    "step_up.prove": "Identity confirmed again",
    "step_up.passkey_options": "Passkey asked for to confirm the identity again",
    "step_up.end": "Confirmation of identity given up",
  },
  password: {
    "password.change": "Password changed",
    "password.change_by_name": "Password changed over AIMS",
    "password_resets.request": "Link to a new password asked for",
    "password_resets.mail": "Link to a new password mailed",
    "password_resets.check": "Link to a new password opened",
    "password_resets.complete": "Password replaced with a mailed link",
    "secure.run": "Account secured",
  },
  factors: {
    "recovery_codes.renew": "New recovery codes made",
    "factors.disable": "Second factors switched off",
    "users.remove_factors": "Second factors removed by an administrator",
    "authenticators.add": "Set-up of an authenticator begun",
    "authenticators.confirm": "Authenticator added",
    "authenticators.enrol": "Authenticator added over AIMS",
    "authenticators.rename": "Authenticator renamed",
    "authenticators.remove": "Authenticator removed",
    "passkeys.options": "Set-up of a passkey begun",
    "passkeys.add": "Passkey added",
    "passkeys.rename": "Passkey renamed",
    "passkeys.remove": "Passkey removed",
  },
  tokens: {
    "tokens.create": "API token created",
    "tokens.update": "API token changed",
    "tokens.rotate": "API token rotated: a new secret",
    "tokens.end_replaced": "Old secrets of an API token ended",
    "tokens.use": "API token used",
    "tokens.replay": "Old secret of an API token used after its time: token revoked",
    "tokens.reveal": "API token copied again",
    "tokens.revoke": "API token revoked",
    "tokens.revoke_leaked": "API token found in the open, and revoked",
    "leaks.github": "Report of GitHub's secret scanning taken",
    "gateways.revoke_token": "API token revoked by a program that has its secret",
    "tokens.revoke_many": "Several API tokens revoked",
    "tokens.end_unused": "API token ended for want of use",
    "access_keys.create": "Access key created",
    "access_keys.update": "Access key renamed",
    "access_keys.delete": "Access key deleted",
    "access_keys.rename_own": "Own access key renamed",
    "access_keys.delete_own": "Own access key deleted",
    "api_users.use_token": "API user's token used",
    "api_users.sign_in": "Signed in as an API user",
    "api_users.create": "API user made",
    "api_users.update": "API user changed",
    "api_users.delete": "API user deleted",
    "api_users.add_secret": "Secret of an API user added",
    "api_users.drop_secret": "Secret of an API user dropped",
    "api_user_settings.update": "Sign-in of API users changed",
    "api_user_settings.reveal_key": "Customer key shown",
    "api_user_settings.rotate_key": "Customer key replaced",
  },
  credentials: {
    "credentials.create": "Service credential kept",
    "credentials.update": "Service credential changed",
    "credentials.delete": "Service credential deleted",
    "credentials.test": "Service credential tried at its system",
    "credentials.reveal": "Secret of a service credential read",
  },
  profile: {
    "profile.update": "Profile changed",
    "picture.put": "Picture changed",
    "picture.delete": "Picture removed",
    "email.change": "New e-mail address asked for",
    "email.resend": "Link for the new e-mail address sent again",
    "email.cancel": "Change of the e-mail address called off",
    "email.check": "Link for the new e-mail address opened",
    "email.confirm": "E-mail address confirmed",
    "email.check_undo": "Link that undoes the change of the e-mail address opened",
    "email.undo": "Change of the e-mail address undone",
    "data.export": "All data downloaded",
    "security_log.export": "Security log downloaded",
    "deletion.request": "Deletion asked for",
    "deletion.cancel": "Deletion called off",
    "deletion.check": "Link to call off the deletion opened",
    "deletion.keep": "Deletion called off with a mailed link",
    "deletion.carry_out": "Deleted",
    "deletion.give_up": "Not deleted: the last administrator",
  },
  notifications: {
    "notifications.read": "Notification read",
    "notifications.read_all": "All notifications read",
    "notification_settings.put": "Notification settings changed",
    "webhook.put": "Webhook address set",
    "webhook.rotate": "Signing secret of the webhook replaced",
    "webhook.test": "Webhook tested",
    "webhook.delete": "Webhook removed",
  },
  users: {
    "users.create": "User made by an administrator",
    "users.update": "User changed by an administrator",
    "users.delete": "User deleted by an administrator",
    "users.lock": "Locked by an administrator",
    "users.override": "What the user holds overridden to stop them",
    "users.unlock": "Unlocked by an administrator",
    "users.invite": "Invited again by an administrator",
    "users.give_password": "One-time password given by an administrator",
    "users.force_password_reset": "Password ended by an administrator, with a link to a new one",
    "users.revoke_token": "API token revoked by an administrator",
    "users.export": "Users of the account downloaded as a file",
    "users.import": "Many users made by an administrator",
    "users.change_many": "Many users changed by an administrator",
    "invitations.check": "Invitation opened",
    "invitations.accept": "Invitation accepted: first password chosen",
  },
  roles: {
    "roles.create": "Role made",
    "roles.update": "Role changed",
    "roles.delete": "Role deleted",
    "roles.grant": "Role granted",
    "roles.revoke": "Role revoked",
    "groups.create": "Group made",
    "groups.update": "Group changed",
    "groups.delete": "Group deleted",
    "groups.change_members": "Members of a group changed",
  },
  other: {
    "gateways.create": "Gateway made",
    "gateways.delete": "Gateway deleted",
    "accounts.create": "Managed account made",
    "accounts.update": "Account or its policies changed",
    "relations.narrow": "Rights of a relationship between accounts taken back",
    "relations.end": "Relationship between accounts ended",
    "relation_proposals.create": "Relationship between accounts proposed",
    "relation_proposals.agree": "Relationship between accounts agreed to",
    "relation_proposals.drop": "Proposed relationship between accounts declined or withdrawn",
    "integrations.create": "Integration added",
    "integrations.update": "Integration changed",
    "integrations.delete": "Integration removed",
    "setup.create": "The portal was set up",
    "audit.export": "Audit log of the account downloaded as a file",
    "mail_failures.retry": "Undelivered mail sent again",
  },
};

/** Every action there are words for. */
export const actionWords: Record<string, string> = Object.assign({}, ...Object.values(words));

/** An action in words; of one that only reads, which is on record when it was refused, its name says enough. */
export const wordsFor = (action: string): string => actionWords[action] ?? `Asked for: ${action.replace(/[._]/g, " ")}`;

/** What an action belongs to. */
export const kindOf = (action: string): EntryKind =>
  kinds.find((kind) => Object.hasOwn(words[kind], action)) ?? "other";

/** The actions of a kind. */
export const actionsOf = (kind: EntryKind): string[] => Object.keys(words[kind]);

/** The actions whose words hold a text, whatever its case. */
export function actionsSaying(text: string): string[] {
  const wanted = text.toLowerCase();
  return Object.keys(actionWords).filter((action) => actionWords[action]?.toLowerCase().includes(wanted));
}
