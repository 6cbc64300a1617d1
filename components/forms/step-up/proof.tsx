"use client";

import { Fingerprint } from "lucide-react";
import { useState } from "react";
import { Field, Input } from "#components/ui/field.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";

/** What each way to prove oneself is called. */
const words: Record<string, string> = {
  passkey: "Use a passkey",
  totp: "Use a code of your authenticator",
  recovery: "Use a recovery code",
  password: "Use your password",
};

/** Says in a form that a passkey is to be asked for when it is sent; between the page and the browser alone. */
export const withPasskey = "$with_passkey";

/** One way to prove oneself, strongest first, with the others below. Without scripts all of them stand there. */
export function Proof({ methods }: { methods: string[] }) {
  const known = methods.filter((method) => method in words);
  const [chosen, choose] = useState(known[0]);
  const others = known.filter((method) => method !== chosen);
  return (
    <>
      {chosen && <ProofField key={chosen} method={chosen} autoFocus />}
      {others.length > 0 && (
        <div className="needs-script flex flex-wrap gap-x-4 gap-y-1 text-[0.8125rem]">
          {others.map((method) => (
            <button
              key={method}
              type="button"
              className="cursor-pointer text-link underline"
              onClick={() => choose(method)}
            >
              {words[method]}
            </button>
          ))}
        </div>
      )}
      <noscript>
        {others.map((method) => (
          <ProofField key={method} method={method} />
        ))}
      </noscript>
    </>
  );
}

/** The field of one way to prove oneself. */
function ProofField({ method, autoFocus }: { method: string; autoFocus?: boolean }) {
  if (method === "passkey") return <PasskeyProof />;
  if (method === "password")
    return (
      <Field name="password" label="Password" required>
        <PasswordInput autoComplete="current-password" autoFocus={autoFocus} />
      </Field>
    );
  if (method === "recovery")
    return (
      <Field name="recoveryCode" label="Recovery code" hint="Each is good once. Dashes and spaces do not matter.">
        <Input
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={autoFocus}
          className="font-mono"
        />
      </Field>
    );
  return <CodeField autoFocus={autoFocus} />;
}

function PasskeyProof() {
  return (
    <div className="needs-script flex gap-3 rounded-card border border-line bg-sunken px-4 py-3 leading-relaxed">
      <Fingerprint aria-hidden className="mt-[3px] size-4 shrink-0 text-muted" />
      <input type="hidden" name={withPasskey} value="yes" />
      <p>Go on, and your browser asks for your passkey: with your fingerprint, your face, a PIN or a security key.</p>
    </div>
  );
}

/** The one input for six digits: sent by itself when they are there, kept selected when they were wrong. */
export function CodeField({
  autoFocus,
  label = "Code of your authenticator",
}: {
  autoFocus?: boolean;
  label?: string;
}) {
  return (
    <Field name="code" label={label} hint="The six digits that the app shows now.">
      <Input
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={11}
        spellCheck={false}
        autoFocus={autoFocus}
        className="max-w-44 font-mono text-lg tracking-[0.2em]"
        onInput={(event) => {
          const { value, form } = event.currentTarget;
          if (value.replace(/[\s-]/g, "").length === 6) form?.requestSubmit();
        }}
        onFocus={(event) => event.currentTarget.select()}
      />
    </Field>
  );
}
