"use client";

import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Token } from "#lib/tokens/token.ts";
import { limitToken } from "../actions.ts";
import { BoundsFields } from "../bounds-fields.tsx";

type LimitsProps = { token: Token; ownAddress: string; demanded: boolean };

/** The part of a token's page that says from where and how often it may be used. */
export function Limits({ token, ...about }: LimitsProps) {
  return (
    <Card
      id="limits"
      title="Limits"
      description="Less than before holds from the next request on. More is as good as a new token: you confirm that it is you, and are told by mail."
    >
      <Form action={limitToken} success="Saved" keep>
        <input type="hidden" name="id" value={token.id} />
        <BoundsFields bounds={token} {...about} />
        <div>
          <SubmitButton tone="secondary" busy="Saving…">
            Set limits
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
