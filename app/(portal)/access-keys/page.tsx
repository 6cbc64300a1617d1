import { KeySquare } from "lucide-react";
import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { OutgrownBadge } from "#components/ui/outgrown-badge.tsx";
import { Time } from "#components/ui/time.tsx";
import { RenameKey } from "#components/users/rename-access-key.tsx";
import { read, signedIn } from "#lib/http/next/page.ts";
import { listOwnAccessKeys, type OwnKey } from "#lib/machines/access-keys/own.ts";
import { portalPage } from "../portal-page.tsx";
import { deleteOwnAccessKey, renameOwnAccessKey } from "./actions.ts";

export const metadata = { title: "Access keys" };

export default portalPage(AccessKeysPage);

async function AccessKeysPage() {
  const [actor, { items, allowed }] = [await signedIn(), await read(listOwnAccessKeys)];
  return (
    <div className="max-w-3xl">
      <PageHeader
        title="Access keys"
        description="With an access key a program signs in to AIMS as you, without a second factor, and may do all that you may. Administrators make them; delete whatever you do not know."
      />
      {!allowed && (
        <div className="mb-5">
          <Alert title="Access keys are switched off">
            Your account lets no program sign in with one. Should it switch them on again, those that are here are good
            again: delete what you do not need.
          </Alert>
        </div>
      )}
      <Card flush>
        {items.length ? (
          <ul className="list-none divide-y divide-line">
            {items.map((item) => (
              <Key key={item.id} item={item} actor={actor} />
            ))}
          </ul>
        ) : (
          <EmptyState icon={<KeySquare aria-hidden />} title="No access keys">
            No program can sign in as you with one.
          </EmptyState>
        )}
      </Card>
    </div>
  );
}

type KeyProps = { item: OwnKey; actor: { id: string; accountName: string } };

function Key({ item, actor }: KeyProps) {
  const name = item.label || item.id;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-5 py-4 sm:px-6">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          {item.label && <span className="font-medium wrap-anywhere">{item.label}</span>}
          <span className="font-mono text-xs text-muted">{item.id}</span>
          <OutgrownBadge since={item.outgrownAt} />
        </p>
        <p className="hint wrap-anywhere">
          made <Time iso={item.createdAt} as="relative" /> by {makerOf(item, actor)}
          {"; "}
          {item.lastSignInAt ? (
            <span>
              last signed in <Time iso={item.lastSignInAt} as="relative" />
            </span>
          ) : (
            <span>never used</span>
          )}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <RenameKey accessKey={item} action={renameOwnAccessKey} />
        <ConfirmButton
          id={`delete-${item.id}`}
          small
          label="Delete…"
          describes={name}
          title={`Delete the access key ${name}?`}
          action={deleteOwnAccessKey}
          fields={{ accessKeyId: item.id }}
          verb="Delete key"
          busy="Deleting…"
          success="The access key is deleted"
        >
          The program that has it is out at once, and cannot sign in as you any more.{" "}
          {item.lastSignInAt ? (
            <span>
              It last did <Time iso={item.lastSignInAt} as="relative" />.
            </span>
          ) : (
            <span>It never has.</span>
          )}
        </ConfirmButton>
      </div>
    </li>
  );
}

function makerOf({ createdBy }: OwnKey, { id, accountName }: KeyProps["actor"]): string {
  if (!createdBy) return "somebody who is gone";
  if (createdBy.id === id) return "you";
  return createdBy.accountName === accountName
    ? createdBy.fullName
    : `${createdBy.fullName} of ${createdBy.accountName}`;
}
