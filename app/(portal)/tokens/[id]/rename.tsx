"use client";

import { SubmitButton } from "#components/forms/form.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Token } from "#lib/tokens/token.ts";
import { RenameForm } from "../rename-form.tsx";

/** The part of a token's page where it gets another name. */
export function Rename({ token }: { token: Token }) {
  return (
    <Card id="rename" title="Name and description">
      <RenameForm token={token} success="Saved">
        <div>
          <SubmitButton tone="secondary" busy="Saving…">
            Save
          </SubmitButton>
        </div>
      </RenameForm>
    </Card>
  );
}
