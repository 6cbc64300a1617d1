import type { NoticeEvent } from "#lib/core/notice.ts";

/** The ways a person can be told. */
export const channels = ["mail", "inbox", "webhook"] as const;

export type Channel = (typeof channels)[number];

/** An event in words. `locked` says why its mail and its place in the inbox cannot be switched off. */
type EventFacts = {
  title: string;
  sentence: string;
  locked: string | null;
  defaults: Record<Channel, boolean>;
  /** A channel on which it is never told. */
  never?: Channel;
};

const everywhere = { mail: true, inbox: true, webhook: true };

const security = (title: string, sentence: string, locked: string): EventFacts => ({
  title,
  sentence,
  locked,
  defaults: everywhere,
});

const takeover = "If somebody else did it, this is how you find out.";

/** What is said of each event, in the order in which people read it. */
export const events: Record<NoticeEvent, EventFacts> = {
  new_device: security("Sign-in from a new device", "You signed in with a browser that was not seen before.", takeover),
  sign_in_after_failures: security(
    "Sign-in after failed tries",
    "Somebody signed in as you after several wrong passwords or codes.",
    "It may be the moment in which a password was guessed.",
  ),
  password_changed: security("Password changed", "Your password was changed in the portal.", takeover),
  password_reset: security("Password reset", "Your password was replaced through a link sent by mail.", takeover),
  email_changed: security(
    "E-mail address changed",
    "Your address was changed, or somebody asked for it.",
    "Whoever holds your address can reset your password.",
  ),
  factor_added: security("Second factor added", "An authenticator or a passkey was added.", takeover),
  factor_removed: security(
    "Second factor removed",
    "An authenticator or a passkey was removed.",
    "Your account is easier to get into afterwards.",
  ),
  passkey_flagged: security(
    "Passkey may have been copied",
    "A passkey was refused because it counted backwards, as a copy of it would.",
    "A copy of a passkey opens your account.",
  ),
  recovery_codes_made: security(
    "New recovery codes",
    "A new set was made; the codes before it are worthless.",
    takeover,
  ),
  recovery_code_used: security(
    "Recovery code used",
    "One of your recovery codes took the place of a second factor.",
    "A code that you did not use yourself is in somebody else's hands.",
  ),
  sessions_ended: security(
    "Sessions ended",
    "You or an administrator ended sessions of yours.",
    "It tells you why you have to sign in again.",
  ),
  impersonated: security(
    "Somebody acts as you",
    "An administrator began to use the portal as you, in the open and for an hour at most.",
    "Nobody does that behind your back.",
  ),
  account_secured: security("Account secured", "The receipt of what “Secure my account” did.", "It is your receipt."),
  account_deletion: security(
    "Account deletion",
    "Your account is going to be deleted, or is kept after all.",
    "It holds the way back.",
  ),
  status_changed: security(
    "Activated, locked or switched off",
    "An administrator changed whether you can sign in.",
    "It tells you why you can, or cannot, sign in.",
  ),
  rights_changed: security(
    "Roles or groups changed",
    "An administrator changed your roles, your groups, or what they allow.",
    "What you may do is what others can make you do.",
  ),
  rights_overridden: security(
    "Somebody who may do more was stopped",
    "Somebody locked a user of your account, or ended their sessions, by the permission that overrides what the user holds.",
    "Whoever may stop anybody does it before every administrator's eyes.",
  ),
  profile_changed: security(
    "Changed by an administrator",
    "An administrator changed your name, numbers or other fields of your profile.",
    "What others know of you should be no secret to you.",
  ),
  data_downloaded: security("Data downloaded", "A copy of all your data was downloaded.", takeover),
  webhook_changed: security(
    "Webhook changed",
    "Where your webhook goes, or its signing secret, was changed.",
    "Whoever changes it reads what you are told.",
  ),
  access_key_created: security("Access key created", "A key with which a program signs in as you was made.", takeover),
  access_key_deleted: security(
    "Access key deleted",
    "A key that somebody else made for you was deleted, because you may do more than they now.",
    "It tells you why a program cannot sign in any more.",
  ),
  secret_outgrown: security(
    "Secret made by somebody with fewer rights",
    "A change of roles or groups lets a secret or access key open more than whoever made it could give.",
    "Whoever made it may have kept it, and would come by rights they do not hold.",
  ),
  api_user_secret: security(
    "Secret of an API user",
    "You made a secret with which a program signs in, or one that you made ended by a change of its rights.",
    takeover,
  ),
  api_user_changed: {
    title: "API user changed",
    sentence: "Somebody else made, changed or deleted an API user of your account, or one of its secrets.",
    locked: null,
    defaults: { mail: false, inbox: true, webhook: true },
  },
  webhook_failing: {
    ...security(
      "Webhook does not work",
      "Your webhook took nothing for hours, and what was sent to it is lost.",
      "Your programs miss what happens to your account.",
    ),
    defaults: { mail: true, inbox: true, webhook: false },
    never: "webhook",
  },
  factor_checkup: {
    title: "Authenticator check-up",
    sentence: "Once, a month after you set up an authenticator that you have not used since.",
    locked: null,
    defaults: { mail: true, inbox: true, webhook: false },
  },
  token_created: security("API token created", "A token that acts for you was created.", takeover),
  token_leaked: security(
    "API token found in the open",
    "Somebody found the secret of a token of yours and reported it; the token was revoked.",
    "Whoever else found it may have used it.",
  ),
  token_widened: security("API token may do more", "You gave a token more scopes, or fewer bounds.", takeover),
  token_rotated: security("API token rotated", "You gave a token a new secret.", takeover),
  token_replayed: security(
    "Old secret of an API token used",
    "A secret that had been replaced was used after its time, and so the token was revoked.",
    "Somebody may have a copy of it.",
  ),
  token_expiry: {
    title: "API tokens about to end",
    sentence:
      "A digest, once a day at most: 30, 7 and 1 days before a token ends, and on the day; of service credentials when you chose.",
    locked: null,
    defaults: everywhere,
  },
  token_new_network: security(
    "API token used from a new network",
    "A token of yours was used from a network that it was never used from before.",
    "A token that was stolen shows itself by this.",
  ),
  token_unused: {
    title: "API token ended for want of use",
    sentence: "A token of yours was not used for as long as your account allows, and ended.",
    locked: null,
    defaults: everywhere,
  },
  relation_proposed: {
    title: "Relationship proposed",
    sentence: "Another account proposed a relationship to yours, which you administer.",
    locked: null,
    defaults: everywhere,
  },
  token_revoked: {
    title: "API token revoked",
    sentence: "A token of yours was ended before its time.",
    locked: null,
    defaults: { mail: false, inbox: true, webhook: true },
  },
};

/** Every event there is, in that order. */
export const eventNames = Object.keys(events) as NoticeEvent[];

/** Is this event never told on this channel? */
export const isNever = (event: NoticeEvent, channel: Channel): boolean => events[event].never === channel;

/** Can this event not be switched off, or not on, on this channel? */
export const isAlwaysSent = (event: NoticeEvent, channel: Channel): boolean =>
  isNever(event, channel) || (events[event].locked !== null && channel !== "webhook");
