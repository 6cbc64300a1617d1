"use client";

import dynamic from "next/dynamic";
import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { NewSecretDialog } from "#components/forms/secret-dialog/new-secret-dialog.tsx";
import { accountField } from "#components/layout/acting-account.ts";
import { ListRow } from "#components/lists/list-row.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { OutgrownBadge } from "#components/ui/outgrown-badge.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { Time } from "#components/ui/time.tsx";
import { addSecret, dropSecret } from "../actions.ts";
import type { ApiUserProps } from "./cards.tsx";

// Most who look at an API user make no secret; what shows one is loaded when there is one.
const CopySecret = dynamic(() =>
  import("#components/forms/secret-dialog/secret-dialog.tsx").then((module) => module.CopySecret),
);

type CardProps = ApiUserProps & { appUrl: string };

/** What it signs in with: one secret, or two while a program changes over. */
export function SecretsCard({ user, account, appUrl }: CardProps) {
  const { secrets } = user;
  return (
    <Card
      id="secrets"
      title="Secrets"
      description="Two may stand side by side: add the second, let the program change over, then drop the first."
    >
      <ul className="grid gap-5">
        {secrets.map((secret, place) => (
          <ListRow
            key={secret.id}
            words={
              <>
                <span>
                  {secrets.length > 1 ? (place ? "The newer one" : "The older one") : "Its secret"}, made{" "}
                  <Time iso={secret.createdAt} as="relative" />;{" "}
                  {secret.lastUsedAt ? (
                    <span>
                      last used <Time iso={secret.lastUsedAt} as="relative" />
                    </span>
                  ) : (
                    <span>never used</span>
                  )}
                </span>
                {secret.outgrownAt && (
                  <span className="mt-1 block">
                    <OutgrownBadge since={secret.outgrownAt} />
                  </span>
                )}
              </>
            }
          >
            {secrets.length > 1 && <Drop user={user} account={account} secret={secret} isNewer={place > 0} />}
          </ListRow>
        ))}
        {secrets.length < 2 && (
          <ListRow
            words={secrets.length ? "Change over without an outage." : "It has none, so that its program is shut out."}
          >
            <Button opens="add-secret" small>
              {secrets.length ? "Add a second secret" : "Add a secret"}
            </Button>
          </ListRow>
        )}
      </ul>
      <Add user={user} account={account} appUrl={appUrl} />
    </Card>
  );
}

type DropProps = ApiUserProps & { secret: CardProps["user"]["secrets"][number]; isNewer: boolean };

function Drop({ user, account, secret, isNewer }: DropProps) {
  const which = isNewer ? "the newer secret" : "the older secret";
  return (
    <ConfirmButton
      id={`drop-${secret.id}`}
      label="Drop"
      describes={which}
      small
      title={`Drop ${which} of ${user.login}?`}
      action={dropSecret}
      fields={{ apiUserId: user.id, secretId: secret.id, ...accountField(account) }}
      verb="Drop secret"
      busy="Dropping…"
      success="The secret is dropped."
    >
      {secret.lastUsedAt ? (
        <span>
          Whatever used it <Time iso={secret.lastUsedAt} as="relative" /> cannot sign in any more.
        </span>
      ) : (
        <span>It was never used.</span>
      )}{" "}
      Tokens that were got with it end; those of the other one stay good.
    </ConfirmButton>
  );
}

const offered = ["Value", ".env line"] as const;

function Add({ user, account, appUrl }: CardProps) {
  return (
    <NewSecretDialog
      id="add-secret"
      title={`A ${user.secrets.length ? "second" : "new"} secret for ${user.login}`}
      description={user.secrets.length ? "The one it has stays good." : "Its program signs in with it from then on."}
      action={addSecret}
      fields={{ apiUserId: user.id, ...accountField(account) }}
      verb="Add secret"
      busy="Adding…"
      reveal={({ secret }) =>
        secret && (
          <CopySecret
            name={user.login}
            secret={secret}
            kind="secret"
            variable="LATCHKEY_SECRET"
            offered={offered}
            appUrl={appUrl}
          />
        )
      }
    >
      <Field name="secret" label="Secret" optional hint="Left empty, a long random one is made and shown to you once.">
        <PasswordInput autoComplete="new-password" maxLength={256} />
      </Field>
    </NewSecretDialog>
  );
}
