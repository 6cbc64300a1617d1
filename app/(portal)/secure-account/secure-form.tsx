"use client";

import { RecoveryCodes } from "#components/forms/enrol/recovery-codes.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Checkbox, Fieldset } from "#components/ui/choice.tsx";
import type { Elements } from "#components/ui/elements.ts";
import { Field, Input } from "#components/ui/field.tsx";
import { Link } from "#components/ui/link.tsx";
import type { PasswordRules } from "#lib/sign-in/passwords/policy.ts";
import { secureAccount } from "./actions.ts";
import { PasswordPart } from "./password-part.tsx";

type Counts = { otherSessions: number; liveTokens: number; accessKeys: number; recoveryCodesLeft: number | null };

type SecureProps = {
  username: string;
  counts: Counts;
  /** What stays to be done with programs that the person gave secrets to. */
  programs: Elements;
  /** Words that make a password easy to guess for this person, and the account's rules; null for who has none here. */
  password: { about: string[]; rules: PasswordRules } | null;
};

/** The check-list with what there is of each, the new password, one confirmation, one button. */
export function SecureForm({ username, counts, programs, password }: SecureProps) {
  return (
    <Form
      action={secureAccount}
      success={receipt}
      saidInline
      className="grid max-w-xl gap-6"
      whenDone={(done) => <Left {...done} hasPassword={password !== null} />}
    >
      <Fieldset name="endSessions" legend="At once">
        <Sessions count={counts.otherSessions} />
        <Tokens count={counts.liveTokens} />
        <Keys count={counts.accessKeys} />
        <Codes left={counts.recoveryCodesLeft} />
      </Fieldset>
      {programs}
      {password && <PasswordPart username={username} {...password} />}
      <Field
        name="username"
        required
        label={
          <>
            Type{" "}
            <span className="font-mono wrap-anywhere select-all" translate="no">
              {username}
            </span>{" "}
            to confirm
          </>
        }
      >
        <Input autoComplete="off" autoCapitalize="none" spellCheck={false} />
      </Field>
      <div>
        <SubmitButton tone="danger" busy="Securing…">
          Secure my account
        </SubmitButton>
      </div>
    </Form>
  );
}

const counted = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

function Sessions({ count }: { count: number }) {
  return (
    <Checkbox
      name="endSessions"
      label={
        count ? `End ${counted(count, "other session", "other sessions")}` : "Forget the browsers you signed in with"
      }
      description={`Every browser and program but this one is signed out, and every browser counts as a new one at its next sign-in.${count ? "" : " No other session is open."}`}
      defaultChecked
    />
  );
}

function Tokens({ count }: { count: number }) {
  return (
    <Checkbox
      name="revokeTokens"
      label={count ? `Revoke ${counted(count, "API token", "API tokens")}` : "Revoke API tokens"}
      description={
        count ? "Programs that use them are refused from then on." : "You have none that still opens anything."
      }
      defaultChecked={count > 0}
      disabled={count === 0}
    />
  );
}

function Keys({ count }: { count: number }) {
  return (
    <Checkbox
      name="deleteAccessKeys"
      label={count ? `Delete ${counted(count, "access key", "access keys")}` : "Delete access keys"}
      description={
        count
          ? "Programs that sign in as you with them, whoever made them, are out and stay out."
          : "No program can sign in as you with one."
      }
      defaultChecked={count > 0}
      disabled={count === 0}
    />
  );
}

function Codes({ left }: { left: number | null }) {
  if (left === null)
    return (
      <p className="hint">
        You have no second factor, so there are no recovery codes to renew.{" "}
        <Link href="/mfa" className="underline">
          Set up two-factor authentication
        </Link>
        : then a password alone lets nobody in.
      </p>
    );
  return (
    <Checkbox
      name="renewRecoveryCodes"
      label="Make new recovery codes"
      description={`${counted(left, "old code is", "old codes are")} good until then. The new ones are shown once.`}
      defaultChecked
    />
  );
}

type Receipt = {
  endedSessions: number;
  revokedTokens: number;
  deletedAccessKeys: number;
  passwordChanged: boolean;
  recoveryCodes: string[];
};

function receipt({ endedSessions, revokedTokens, deletedAccessKeys, passwordChanged, recoveryCodes }: Receipt) {
  const done = [
    `${counted(endedSessions, "session", "sessions")} ended`,
    `${counted(revokedTokens, "API token", "API tokens")} revoked`,
    ...(deletedAccessKeys ? [`${counted(deletedAccessKeys, "access key", "access keys")} deleted`] : []),
    ...(passwordChanged ? ["password changed"] : []),
    ...(recoveryCodes.length ? ["new recovery codes made"] : []),
  ];
  return `Your account was secured: ${done.join(", ")}. A receipt comes by mail.`;
}

type LeftProps = Receipt & { hasPassword: boolean };

/** What only the person can do: keep the codes, and choose a password where the old one was kept. */
function Left({ recoveryCodes: codes, passwordChanged, hasPassword }: LeftProps) {
  const next =
    passwordChanged || !hasPassword
      ? { href: "/sessions", words: "Look at your sessions" }
      : { href: "/password", words: "Choose a new password" };
  return (
    <div className="mt-6 grid gap-6 border-t border-line pt-6">
      {codes.length > 0 ? (
        <RecoveryCodes codes={codes} onward={next.href} done={next.words} />
      ) : (
        <div>
          <ButtonLink href={next.href} tone={passwordChanged ? "secondary" : "primary"}>
            {next.words}
          </ButtonLink>
        </div>
      )}
    </div>
  );
}
