"use client";

import dynamic from "next/dynamic";
import { AccountInput } from "#components/forms/account-input.tsx";
import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { NewSecretDialog } from "#components/forms/secret-dialog/new-secret-dialog.tsx";
import { accountField } from "#components/layout/acting-account.ts";
import { ListRow } from "#components/lists/list-row.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import type { User } from "#lib/people/users/wire.ts";
import { hasExternalIdp } from "../has-external-idp.ts";
import { forceReset, giveOneTimePassword, inviteAgain } from "./actions.ts";

// Most who look at somebody make no secret; what shows one is loaded when there is one.
const CopySecret = dynamic(() =>
  import("#components/forms/secret-dialog/secret-dialog.tsx").then((module) => module.CopySecret),
);

type CardProps = { user: User; account?: string; appUrl: string };
type OffersProps = CardProps & { mayLetIn: boolean };

/** How somebody comes by a password: an invitation, a reset, or a one-time password to hand over. */
export function PasswordCard({ user, account, appUrl, mayLetIn }: OffersProps) {
  const fields = { userId: user.id, ...accountField(account) };
  const hasPassword = user.passwordState !== "none";
  if (hasExternalIdp(user)) return <Elsewhere />;
  if (hasPassword && !mayLetIn) return null;
  return (
    <Card id="password" title="Password">
      <ul className="grid gap-5">
        {!hasPassword && (
          <ListRow words="They have no password yet. An invitation leads them to their first one.">
            <Form action={inviteAgain} success={`An invitation is on its way to ${user.email}.`} className="contents">
              <AccountInput account={account} />
              <input type="hidden" name="userId" value={user.id} />
              <SubmitButton tone="secondary" small busy="Sending…">
                {user.invitedAt ? "Invite again" : "Invite"}
              </SubmitButton>
            </Form>
          </ListRow>
        )}
        {hasPassword && (
          <ListRow words="Make them choose a new one, with a link in a mail.">
            <ConfirmButton
              id="force-reset"
              label="Force a reset"
              small
              title={`End the password of ${user.fullName}?`}
              action={forceReset}
              fields={fields}
              verb="Force a reset"
              busy="Resetting…"
              success={`A link is on its way to ${user.email}.`}
            >
              Their password opens nothing from now on, and every session ends. A link to a new one is mailed to{" "}
              {user.email}.
            </ConfirmButton>
          </ListRow>
        )}
        {mayLetIn && (
          <ListRow words="Hand over a password that is good once.">
            <Button opens="one-time" small>
              One-time password
            </Button>
          </ListRow>
        )}
      </ul>
      {mayLetIn && <OneTime user={user} account={account} appUrl={appUrl} />}
    </Card>
  );
}

const Elsewhere = () => (
  <Card id="password" title="Password">
    <p className="max-w-prose leading-relaxed text-muted">
      They sign in elsewhere, with an outside identity provider, and have no password of this portal: one would be a way
      past that provider. It is there that a password is reset.
    </p>
  </Card>
);

const offered = ["Value"] as const;

function OneTime({ user, account, appUrl }: CardProps) {
  return (
    <NewSecretDialog
      id="one-time"
      alert
      title={`Give ${user.fullName} a one-time password?`}
      description="It takes the place of theirs, and every session ends. You see it once; they replace it at its first use, within 72 hours."
      action={giveOneTimePassword}
      fields={{ userId: user.id, ...accountField(account) }}
      tone="danger"
      verb="Make it"
      busy="Making…"
      reveal={({ oneTimePassword }) => (
        <CopySecret
          name={user.fullName}
          secret={oneTimePassword}
          kind="one-time password"
          offered={offered}
          appUrl={appUrl}
        />
      )}
    />
  );
}
