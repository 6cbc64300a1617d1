import type { ReactNode } from "react";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { Time } from "#components/ui/time.tsx";
import { DownloadData } from "#components/users/download-data.tsx";
import { read, signedIn } from "#lib/http/next/page.ts";
import { getDeletion } from "#lib/people/deletion/request.ts";
import { portalPage } from "../portal-page.tsx";
import { requestDeletion } from "./actions.ts";

export const metadata = { title: "Delete my account" };

export default portalPage(DeleteAccountPage);

async function DeleteAccountPage() {
  const [{ username }, { dueAt, days, tokens, sessions }] = await Promise.all([signedIn(), read(getDeletion)]);
  return (
    <>
      <PageHeader
        title="Delete my account"
        description={`You are deleted ${days} days after you asked for it. Until then you can call it off.`}
        back={{ href: "/profile", label: "Profile" }}
        actions={<Confirmed />}
      />
      {dueAt ? (
        <Card title="This is asked for already">
          You will be deleted on <Time iso={dueAt} as="both" />. The note on top of every page calls it off.
        </Card>
      ) : (
        <div className="grid gap-6">
          <Consequences days={days} tokens={tokens} sessions={sessions} />
          <Card id="first" title="Take your data along first" description="Afterwards nobody can get it back.">
            <DownloadData />
          </Card>
          <Ask username={username} days={days} />
        </div>
      )}
    </>
  );
}

function Consequences({ days, tokens, sessions }: { days: number; tokens: number; sessions: number }) {
  return (
    <Card id="consequences" title="What happens">
      <div className="grid max-w-prose gap-5 leading-relaxed">
        <Part title="At once">
          <li>{sessions > 1 ? `Every session ends: this one and ${sessions - 1} more.` : "This session ends."}</li>
          {tokens > 0 && (
            <li>
              {tokens > 1 ? `Your ${tokens} API tokens are` : "Your API token is"} revoked, and not given back when you
              call it off.
            </li>
          )}
          <li>You get a mail with a link that calls it off; you can also sign in and do so.</li>
        </Part>
        <Part title={`After ${days} days, what goes`}>
          <li>Your profile, picture, e-mail address and password.</li>
          <li>Your second factors, recovery codes, tokens, notifications and settings.</li>
          <li>Your roles, and with them everything you may do here.</li>
        </Part>
        <Part title="What stays">
          <li>
            The record of what was done in the account, with your id in place of your name: others must be able to tell
            what happened.
          </li>
        </Part>
        <p className="text-muted">
          The last administrator of an account who can sign in cannot go: hand over first, by making somebody else an
          administrator.
        </p>
      </div>
    </Card>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="font-semibold">{title}</h3>
      <ul className="mt-1 list-disc space-y-1 pl-5">{children}</ul>
    </section>
  );
}

function Ask({ username, days }: { username: string; days: number }) {
  return (
    <Card id="ask" title="Ask to be deleted">
      <Form action={requestDeletion} className="grid max-w-xl gap-5">
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
          <SubmitButton tone="danger" busy="Asking…">
            Delete me in {days} days
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
