"use client";

import { Eye } from "lucide-react";
import { useState } from "react";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { revealCredential } from "../actions.ts";

type RevealProps = { id: string; name: string };

/** Shows the secret until it is hidden again or the page is left. */
export function RevealForm({ id, name }: RevealProps) {
  const [hidden, setHidden] = useState(false);
  return (
    <Form
      action={revealCredential}
      className="grid gap-3"
      onDone={() => setHidden(false)}
      whenDone={({ secret }) =>
        !hidden && (
          <div className="mt-3 grid gap-3">
            <textarea
              readOnly
              aria-label={`Secret of ${name}`}
              rows={Math.min(8, secret.split("\n").length)}
              value={secret}
              spellCheck={false}
              onFocus={(event) => event.currentTarget.select()}
              className="input font-mono text-xs break-all"
            />
            <div className="needs-script flex flex-wrap gap-2.5">
              <CopyButton text={secret} what={`secret of ${name}`} />
              <Button small onClick={() => setHidden(true)}>
                Hide
              </Button>
            </div>
          </div>
        )
      }
    >
      <input type="hidden" name="id" value={id} />
      <div>
        <SubmitButton tone="secondary" busy="Opening…">
          <Eye aria-hidden /> Show the secret
        </SubmitButton>
      </div>
    </Form>
  );
}
