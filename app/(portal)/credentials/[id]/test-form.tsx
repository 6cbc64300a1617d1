"use client";

import { PlugZap } from "lucide-react";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { testCredential } from "../actions.ts";
import { resultLabels } from "../credential-status.tsx";

/** Tries the secret at its system and says what came of it. */
export function TestForm({ id }: { id: string }) {
  return (
    <Form
      action={testCredential}
      className="grid gap-3"
      whenDone={({ result, words }) => (
        <Alert tone={result === "right" ? "good" : "danger"} title={resultLabels[result]} live>
          {words}
        </Alert>
      )}
    >
      <input type="hidden" name="id" value={id} />
      <div>
        <SubmitButton tone="secondary" busy="Trying…">
          <PlugZap aria-hidden /> Test connection
        </SubmitButton>
      </div>
    </Form>
  );
}
