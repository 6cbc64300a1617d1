"use client";

import { Clock, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useId, useRef, useState } from "react";
import { useGate } from "#components/forms/secret-dialog/gate.ts";
import { SecretShapes } from "#components/forms/secret-dialog/secret-shapes.tsx";
import { type SecretShape, shaped, shapes } from "#components/forms/secret-dialog/shapes.ts";
import { TestSecret, type Verify } from "#components/forms/secret-dialog/test-secret.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { copyKeys, copyText } from "#components/ui/copy-button.tsx";
import { Actions, Dialog } from "#components/ui/dialog.tsx";
import { Time } from "#components/ui/time.tsx";

type CopySecretProps = {
  /** What the person called it. */
  name: string;
  secret: string;
  /** ISO instant, or null for one that never ends; left out where a secret has no end to speak of. */
  expiresAt?: string | null;
  /** The names of its scopes. */
  scopes?: string[];
  /** The shapes it is wanted in; all of them unless told otherwise. */
  offered?: readonly SecretShape[];
  /** The portal's own address, for the curl line. */
  appUrl: string;
  /** Asks the server who this secret is, for "Test it now". */
  verify?: Verify;
  /** The thing in a word: "token". */
  kind?: string;
  /** The variable of the `.env` line. */
  variable?: string;
  /** It is shown again, and can be once more: nothing is lost by closing. */
  again?: boolean;
  /** Where to go afterwards; else `onClosed`, else just away. */
  then?: string;
  onClosed?: () => void;
};

/** Shows a new secret, this once, in a dialog that only closes when it was really copied or said to be stored. */
export function CopySecret(props: CopySecretProps) {
  return <Reveal key={props.secret} {...props} />;
}

function Reveal({ kind = "token", variable = "LATCHKEY_TOKEN", ...props }: CopySecretProps) {
  const { name, secret, expiresAt, scopes = [], offered = shapes, appUrl, verify, again = false } = props;
  const id = useId();
  const router = useRouter();
  const dialog = useRef<HTMLDialogElement>(null);
  const question = useRef<HTMLDialogElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  const primary = useRef<HTMLButtonElement>(null);
  const [shape, setShape] = useState<SecretShape>(shapes[0]);
  const [shown, setShown] = useState(false);
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  const [gone, setGone] = useState(false);
  const gate = useGate(dialog, again || outcome === "copied" || gone, () => question.current?.showModal());

  useEffect(() => primary.current?.focus(), []);
  useEffect(() => {
    if (outcome === "failed") text.current?.select();
  }, [outcome]);

  function copied(really: boolean) {
    // Once it is safe it stays safe, whatever a later copy does.
    setOutcome((before) => (really || before === "copied" ? "copied" : "failed"));
    if (!really) setShown(true);
    if (!really) text.current?.select();
  }

  async function copyAndClose() {
    const really = await copyText(shaped(shape, secret, appUrl, variable));
    copied(really);
    if (really) close();
  }

  function close() {
    setGone(true);
    question.current?.close();
    dialog.current?.close();
    props.onClosed?.();
    if (props.then) router.push(props.then);
  }

  if (gone) return null;
  const leave = again || outcome === "copied" ? close : () => question.current?.showModal();
  return (
    <>
      <Dialog
        {...gate}
        ref={dialog}
        id={`${id}secret`}
        open
        closedby="none"
        wide
        bare
        title={again ? `Copy your ${kind}` : `Copy your new ${kind}`}
        description={<Keep name={name} again={again} />}
      >
        <button
          type="button"
          aria-label="Close"
          onClick={leave}
          className="needs-script button button-quiet button-icon button-small absolute top-3.5 right-3.5 text-muted"
        >
          <X aria-hidden />
        </button>
        <SecretShapes
          {...{ id, name, kind, secret, appUrl, variable, offered, shape, setShape, shown, setShown, text }}
          onOutcome={copied}
        />
        <noscript>
          <code
            className="block rounded-control border border-line bg-sunken p-3 font-mono break-all select-all"
            translate="no"
          >
            {secret}
          </code>
        </noscript>
        {expiresAt !== undefined && <Limits expiresAt={expiresAt} scopes={scopes} />}
        {verify && <TestSecret secret={secret} verify={verify} />}
        <div role="alert" className="empty:hidden">
          {outcome === "failed" && (
            <Alert tone="warn" title="Your browser did not let us copy">
              The text is selected: press {copyKeys()}, put it where it belongs, then choose “I stored it”.
            </Alert>
          )}
        </div>
        <div className="needs-script">
          <Actions>
            <Button onClick={close}>{again ? "Close" : "I stored it"}</Button>
            <Button ref={primary} tone="primary" onClick={copyAndClose} aria-label={`Copy ${kind} and close`}>
              Copy and close
            </Button>
          </Actions>
        </div>
      </Dialog>
      <Dialog
        ref={question}
        id={`${id}question`}
        alert
        title="Close without copying?"
        description={`The secret of ${name} cannot be shown again. Without it, the ${kind} is of no use and must be replaced.`}
      >
        <Actions>
          <Button closes={`${id}question`}>Go back</Button>
          <Button tone="danger" onClick={close}>
            Close anyway
          </Button>
        </Actions>
      </Dialog>
    </>
  );
}

function Keep({ name, again }: { name: string; again: boolean }) {
  const whose = <strong className="font-semibold text-text">{name}</strong>;
  if (again) return <span>This is the secret of {whose}. Keep it like a password.</span>;
  return <span>This is the only time the secret of {whose} is shown. Keep it like a password.</span>;
}

/** Until when it lives and what it may. */
function Limits({ expiresAt, scopes }: { expiresAt: string | null; scopes: string[] }) {
  return (
    <dl className="flex flex-wrap items-center gap-x-6 gap-y-2 text-[0.8125rem]">
      <dt className="sr-only">Expires</dt>
      <dd className="flex items-center gap-1.5 text-muted">
        <Clock aria-hidden className="size-3.5" />
        {expiresAt ? (
          <span>
            Expires <Time iso={expiresAt} as="both" />
          </span>
        ) : (
          <span>Never expires</span>
        )}
      </dd>
      <dt className="sr-only">Scopes</dt>
      <dd className="flex flex-wrap gap-1.5">
        {scopes.map((scope) => (
          <Badge key={scope}>{scope}</Badge>
        ))}
      </dd>
    </dl>
  );
}
