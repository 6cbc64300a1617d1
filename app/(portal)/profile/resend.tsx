"use client";

import { useSyncExternalStore } from "react";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { resendEmail } from "./email-actions.ts";

/** Sends the mail once more. Until it may, the button counts the seconds. */
export function Resend({ resendAt, newEmail }: { resendAt: string; newEmail: string }) {
  const now = useSyncExternalStore(everySecond, currentSecond, () => null);
  const left = now === null ? 0 : Math.ceil(Date.parse(resendAt) / 1000) - now;
  return (
    <Form action={resendEmail} success={`Another mail is on its way to ${newEmail}.`} className="contents">
      <SubmitButton tone="secondary" small busy="Sending…" disabled={left > 0}>
        {left > 0 ? `Send again in ${left} s` : "Send again"}
      </SubmitButton>
    </Form>
  );
}

const currentSecond = () => Math.floor(Date.now() / 1000);

function everySecond(tick: () => void) {
  const timer = setInterval(tick, 1000);
  return () => clearInterval(timer);
}
