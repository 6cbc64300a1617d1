"use client";

import { Form, SubmitButton } from "#components/form.tsx";
import { disownSignIn } from "./actions.ts";

export function NotMeForm({ link }: { link: string }) {
  return (
    <Form action={disownSignIn}>
      <input type="hidden" name="link" value={link} />
      <SubmitButton tone="danger" wide busy="Ending every session…">
        End every session of mine
      </SubmitButton>
    </Form>
  );
}
