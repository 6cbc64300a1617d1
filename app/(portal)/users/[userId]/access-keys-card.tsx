"use client";

import dynamic from "next/dynamic";
import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { NewSecretDialog } from "#components/forms/secret-dialog/new-secret-dialog.tsx";
import { accountField } from "#components/layout/acting-account.ts";
import { ListRow } from "#components/lists/list-row.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { OutgrownBadge } from "#components/ui/outgrown-badge.tsx";
import { Time } from "#components/ui/time.tsx";
import { RenameKey } from "#components/users/rename-access-key.tsx";
import type { AccessKey } from "#lib/machines/access-keys/access-key.ts";
import type { User } from "#lib/people/users/wire.ts";
import { createAccessKey, deleteAccessKey, renameAccessKey } from "./actions.ts";

// Most who look at somebody make no secret; what shows one is loaded when there is one.
const CopySecret = dynamic(() =>
  import("#components/forms/secret-dialog/secret-dialog.tsx").then((module) => module.CopySecret),
);

type AccessKeysProps = { user: User; account?: string };
type May = { make: boolean; rename: boolean; remove: boolean };
type CardProps = AccessKeysProps & { keys: AccessKey[]; allowed: boolean; may: May; appUrl: string };

const maxAccessKeys = 5;

/** The access keys with which programs sign in to AIMS as somebody, and how to make, rename and delete one. */
export function AccessKeysCard({ user, account, keys, allowed, may, appUrl }: CardProps) {
  const hasRoom = keys.length < maxAccessKeys;
  return (
    <Card
      id="access-keys"
      title="Access keys"
      description="With one, a program signs in to AIMS as them, without a second factor, and may do all that they may."
      actions={
        may.make &&
        allowed &&
        hasRoom && (
          <Button opens="make-key" small>
            Make access key
          </Button>
        )
      }
    >
      <div className="grid gap-5">
        {!allowed && <Alert>The account has switched access keys off: none of these signs in.</Alert>}
        {keys.length === 0 && <p className="text-muted">No access key.</p>}
        <ul className="grid gap-4">
          {keys.map((key) => (
            <ListRow key={key.id} words={<Words accessKey={key} />}>
              <span className="flex flex-wrap gap-2">
                {may.rename && <RenameKey accessKey={key} action={renameAccessKey} fields={accountField(account)} />}
                {may.remove && <Delete user={user} account={account} accessKey={key} />}
              </span>
            </ListRow>
          ))}
        </ul>
        {may.make && !hasRoom && <p className="hint">{maxAccessKeys} is the most. Delete one to make another.</p>}
      </div>
      {may.make && <Make user={user} account={account} appUrl={appUrl} />}
    </Card>
  );
}

function Words({ accessKey: { id, label, createdAt, lastSignInAt, outgrownAt } }: { accessKey: AccessKey }) {
  return (
    <>
      {label && <span className="font-medium">{label} </span>}
      <span className="font-mono text-xs text-muted select-all" translate="no">
        {id}
      </span>
      <span className="hint block">
        Made <Time iso={createdAt} as="relative" /> ·{" "}
        {lastSignInAt ? (
          <span>
            last signed in <Time iso={lastSignInAt} as="relative" />
          </span>
        ) : (
          <span>never used</span>
        )}
      </span>
      <OutgrownBadge since={outgrownAt} />
    </>
  );
}

function Delete({
  user,
  account,
  accessKey: { id, userId, label, lastSignInAt },
}: AccessKeysProps & { accessKey: AccessKey }) {
  const name = label || id;
  return (
    <ConfirmButton
      id={`delete-${id}`}
      label="Delete"
      describes={name}
      small
      title={`Delete the access key ${name}?`}
      action={deleteAccessKey}
      fields={{ accessKeyId: id, userId, ...accountField(account) }}
      verb="Delete key"
      busy="Deleting…"
      success="The access key is deleted."
    >
      {lastSignInAt ? (
        <span>
          A program signed in with it <Time iso={lastSignInAt} as="relative" />.{" "}
        </span>
      ) : (
        <span>No program ever signed in with it. </span>
      )}
      Whatever was opened with it ends at once, and the program that has it cannot sign in as {user.fullName} any more.
    </ConfirmButton>
  );
}

const offered = ["Value", ".env line"] as const;

function Make({ user, account, appUrl }: AccessKeysProps & { appUrl: string }) {
  return (
    <NewSecretDialog
      id="make-key"
      title={`An access key for ${user.fullName}`}
      description="A program signs in with its id and its secret. You see the secret once; they are told by mail."
      action={createAccessKey}
      fields={{ userId: user.id, ...accountField(account) }}
      verb="Make key"
      busy="Making…"
      reveal={({ id, label, secretKey }) => (
        <CopySecret
          name={label || id}
          secret={secretKey}
          kind="secret key"
          variable="AIMS_SECRET_KEY"
          offered={offered}
          appUrl={appUrl}
        />
      )}
    >
      <Field name="label" label="What it is for" optional>
        <Input maxLength={100} autoComplete="off" placeholder="nightly export" />
      </Field>
    </NewSecretDialog>
  );
}
