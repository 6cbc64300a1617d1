"use client";

import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { CopySecret } from "#components/forms/secret-dialog/secret-dialog.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Elements } from "#components/ui/elements.ts";
import { Field, Input } from "#components/ui/field.tsx";
import { deleteWebhook, putWebhook, rotateWebhookSecret, testWebhook } from "./actions.ts";

type CardProps = { url: string | null; appUrl: string };

/** Where a person's own receiver is, and how it is tried out, signed anew or let go. */
export function WebhookCard({ url, appUrl }: CardProps) {
  const reveal = (secret: string | null) => secret && <Secret secret={secret} appUrl={appUrl} />;
  return (
    <Card
      id="webhook"
      title="Webhook"
      description="A program of yours that is called when something happens. Each call is signed, so that it can tell ours from others."
    >
      <Form
        action={putWebhook}
        success="Your webhook was saved."
        keep
        whenDone={({ secret }) => reveal(secret)}
        className="grid max-w-xl gap-4"
      >
        <Field
          name="url"
          label="Address"
          hint="Begins with https:// and is reachable from the public internet. Redirects are not followed."
          required
        >
          <Input
            type="url"
            defaultValue={url ?? ""}
            placeholder="https://hooks.example.org/latchkey"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
        <div>
          <SubmitButton tone="secondary" busy="Saving…">
            Save address
          </SubmitButton>
        </div>
      </Form>
      {url && <Upkeep reveal={reveal} />}
    </Card>
  );
}

function Upkeep({ reveal }: { reveal: (secret: string | null) => Elements }) {
  return (
    <div className="mt-5 flex flex-wrap items-start gap-2.5 border-t border-line pt-5">
      <Form action={testWebhook} whenDone={(test) => <Outcome {...test} />} className="contents">
        <SubmitButton tone="secondary" small busy="Calling…">
          Send a test
        </SubmitButton>
      </Form>
      <Form action={rotateWebhookSecret} whenDone={({ secret }) => reveal(secret)} className="contents">
        <SubmitButton tone="secondary" small busy="Making it…">
          New signing secret
        </SubmitButton>
      </Form>
      <ConfirmButton
        id="remove-webhook"
        label="Remove"
        describes="webhook"
        small
        title="Remove your webhook?"
        action={deleteWebhook}
        verb="Remove webhook"
        busy="Removing…"
        success="Your webhook was removed."
      >
        Nothing is sent to it any more, and its signing secret is forgotten.
      </ConfirmButton>
      <p className="hint w-full">A new secret signs at once; the one before signs along for 24 hours.</p>
    </div>
  );
}

function Outcome({ taken, outcome }: { taken: boolean; outcome: string }) {
  return (
    <div className="order-last w-full">
      <Alert tone={taken ? "good" : "warn"} title={taken ? "Your webhook works" : "The test was not taken"} live>
        {outcome}
      </Alert>
    </div>
  );
}

function Secret({ secret, appUrl }: { secret: string; appUrl: string }) {
  return (
    <CopySecret
      name="your webhook"
      kind="signing secret"
      variable="LATCHKEY_WEBHOOK_SECRET"
      offered={["Value", ".env line"]}
      secret={secret}
      appUrl={appUrl}
    />
  );
}
