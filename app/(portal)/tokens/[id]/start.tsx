"use client";

import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Card } from "#components/ui/card.tsx";
import { startToken } from "../actions.ts";
import { StartField } from "../new/start-field.tsx";

/** The part of a token's page where its start is changed, until it has begun. */
export function Start({ id, starts }: { id: string; starts: string }) {
  return (
    <Card
      id="start"
      title="Start"
      description="Later is free. Earlier is as good as a new token: you confirm that it is you, and are told by mail."
    >
      <Form action={startToken} success="Saved" keep>
        <input type="hidden" name="id" value={id} />
        <StartField starts={starts} />
        <div>
          <SubmitButton tone="secondary" busy="Saving…">
            Set start
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
