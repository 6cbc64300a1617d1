"use client";

import dynamic from "next/dynamic";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { HiddenFields } from "#components/forms/hidden-fields.tsx";
import { CodeField } from "#components/forms/step-up/proof.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import type { Elements } from "#components/ui/elements.ts";
import type { FormAction } from "#lib/http/next/action.ts";
import { RecoveryCodes } from "./recovery-codes.tsx";

// The code is drawn where it is looked at; the page before it need not carry what draws it.
const QrCode = dynamic(() => import("./qr-code.tsx").then((module) => module.QrCode));

type Draft = { id: string; secret: string; uri: string };
type Finished = { recoveryCodes: string[]; onward: string };

type EnrolProps = {
  begin: FormAction<Draft>;
  finish: FormAction<Finished>;
  /** What both actions are told besides. */
  fields?: Record<string, string>;
  /** What only the second action is told. */
  finishing?: Record<string, string>;
  /** What stands above the button that begins, e.g. the name of the authenticator. */
  children?: Elements;
  /** More choices beside the code. */
  choices?: Elements;
  label?: string;
  /** What the button beside the code says. */
  finishLabel?: string;
};

/** Setting up an authenticator in three numbered steps on one page: scan, type a code, keep the recovery codes. */
export function EnrolSteps({
  begin,
  finish,
  fields = {},
  finishing = {},
  children,
  choices,
  label = "Begin",
  finishLabel = "Check the code",
}: EnrolProps) {
  return (
    <Form
      action={begin}
      keep
      whenDone={(draft) => (
        <Confirm {...{ draft, finish, finishLabel, choices }} fields={{ ...fields, ...finishing }} />
      )}
      className="grid gap-5 has-[+_ol]:hidden"
    >
      <HiddenFields fields={fields} />
      {children}
      <div>
        <SubmitButton busy="Making a key…">{label}</SubmitButton>
      </div>
      <noscript>
        <p className="hint">Setting up an app here needs JavaScript.</p>
      </noscript>
    </Form>
  );
}

type ConfirmProps = Pick<EnrolProps, "finish" | "finishLabel" | "choices"> & {
  draft: Draft;
  fields: Record<string, string>;
};

function Confirm({ draft, finish, finishLabel, fields, choices }: ConfirmProps) {
  return (
    <ol className="mt-6 grid list-none gap-7 border-t border-line pt-6">
      <li>
        <Step number={1} title="Scan this with your authenticator app">
          <div className="flex flex-wrap items-start gap-6">
            <QrCode text={draft.uri} label="QR code of the key; the same key stands beside it as text" />
            <TypedKey {...draft} />
          </div>
        </Step>
      </li>
      <li>
        <Step number={2} title="Type the code that the app shows">
          <Form
            action={finish}
            keep
            whenDone={(done) => <Keep {...done} />}
            className="grid gap-5 has-[+_[data-keep]]:hidden"
          >
            <HiddenFields fields={{ ...fields, id: draft.id }} />
            {choices}
            <CodeField label="Six-digit code" />
            <div>
              <SubmitButton busy="Checking…">{finishLabel}</SubmitButton>
            </div>
          </Form>
        </Step>
      </li>
    </ol>
  );
}

function Keep({ recoveryCodes, onward }: Finished) {
  return (
    <div data-keep className="border-t border-line pt-6">
      <Step number={3} title={recoveryCodes.length ? "Keep your recovery codes" : "Done"}>
        <RecoveryCodes codes={recoveryCodes} onward={onward} />
      </Step>
    </div>
  );
}

function Step({ number, title, children }: { number: number; title: string; children: Elements }) {
  return (
    <div className="grid gap-4">
      <p className="flex items-center gap-2.5 font-semibold">
        <span
          aria-hidden
          className="grid size-6 shrink-0 place-items-center rounded-full bg-accent text-xs text-on-accent"
        >
          {number}
        </span>
        {title}
      </p>
      {children}
    </div>
  );
}

/** For an app that cannot scan, and for the phone itself. */
function TypedKey({ secret, uri }: Draft) {
  const groups = secret.match(/.{1,4}/g) ?? [];
  return (
    <div className="grid min-w-0 flex-1 basis-52 gap-3 leading-relaxed">
      <p className="text-muted">No camera? Type this key into the app, as a key for codes by time:</p>
      <p className="font-mono text-[0.9375rem] wrap-anywhere select-all" translate="no">
        {groups.join(" ")}
      </p>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <CopyButton text={secret} what="the key" />
        <a href={uri} className="text-link text-[0.8125rem]">
          Open in an app on this device
        </a>
      </div>
    </div>
  );
}
