"use client";

import { AccountInput } from "#components/forms/account-input.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { NewSecretDialog } from "#components/forms/secret-dialog/new-secret-dialog.tsx";
import { accountField } from "#components/layout/acting-account.ts";
import { Button } from "#components/ui/button.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Field, Select } from "#components/ui/field.tsx";
import { Time } from "#components/ui/time.tsx";
import type { ApiUserSettings } from "#lib/machines/api-users/settings.ts";
import { revealKey, rotateKey } from "../actions.ts";

type CardProps = { settings: ApiUserSettings; account?: string; mayChange: boolean; appUrl: string };

/** The customer key: since when there is one, the key itself for who may see it, and another one in its place. */
export function KeyCard({ settings, account, mayChange, appUrl }: CardProps) {
  const { keyCreatedAt, formerKeysEndAt } = settings;
  return (
    <Card
      id="customer-key"
      title="Customer key"
      description="It names this account to its API users' programs. By itself it opens nothing."
    >
      <div className="grid gap-5">
        <Facts>
          <Fact name="Present key">
            {keyCreatedAt ? (
              <span>
                since <Time iso={keyCreatedAt} as="both" />
              </span>
            ) : (
              "None yet: it is made when it is first shown"
            )}
          </Fact>
          {formerKeysEndAt.map((end) => (
            <Fact key={end} name="Former key">
              good until <Time iso={end} as="both" />
            </Fact>
          ))}
          <Fact name="Programs sign in at">
            <code className="font-mono text-xs wrap-anywhere">{appUrl}/api/2/auth/…</code>
          </Fact>
        </Facts>
        {mayChange && <Reveal account={account} />}
        {mayChange && keyCreatedAt && <Rotate account={account} />}
      </div>
    </Card>
  );
}

function Reveal({ account }: { account?: string }) {
  return (
    <Form action={revealKey} className="grid gap-3" whenDone={({ customerKey }) => <Shown customerKey={customerKey} />}>
      <AccountInput account={account} />
      <div>
        <SubmitButton tone="secondary" busy="Showing…">
          Show the customer key
        </SubmitButton>
      </div>
    </Form>
  );
}

const Shown = ({ customerKey }: { customerKey: string }) => (
  <p className="flex flex-wrap items-center gap-2.5" role="status">
    <code
      className="rounded-control border border-line bg-sunken px-2.5 py-1.5 font-mono text-xs wrap-anywhere select-all"
      translate="no"
    >
      {customerKey}
    </code>
    <CopyButton text={customerKey} what="customer key" />
  </p>
);

const overlaps = [
  ["24h", "24 hours"],
  ["7d", "7 days"],
  ["1h", "One hour"],
  ["now", "Not at all: it ends now"],
] as const;

function Rotate({ account }: { account?: string }) {
  return (
    <>
      <div>
        <Button opens="rotate-key">Replace the customer key…</Button>
      </div>
      <NewSecretDialog
        id="rotate-key"
        alert
        title="Replace the customer key?"
        description="Every program of this account needs the new one. With the old one, its tokens end as well."
        action={rotateKey}
        fields={accountField(account)}
        tone="danger"
        verb="Replace key"
        busy="Replacing…"
        reveal={({ customerKey }) => <Shown customerKey={customerKey} />}
      >
        <Field name="overlap" label="The old key stays good for" required>
          <Select defaultValue="24h">
            {overlaps.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </Select>
        </Field>
      </NewSecretDialog>
    </>
  );
}
