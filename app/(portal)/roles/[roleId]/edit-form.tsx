"use client";

import type { ReactNode } from "react";
import { Form, SubmitButton } from "#components/form.tsx";
import { Card } from "#components/ui/card.tsx";
import { type Saved, saveRole } from "../actions.ts";
import { WhatIf } from "../what-if.tsx";

/** Changes a role, and says beforehand what that would do. */
export function EditForm({ children }: { children: ReactNode }) {
  return (
    <Form
      action={saveRole}
      success={wordsFor}
      keep
      whenDone={(saved) => "changes" in saved && <Outcome saved={saved} />}
    >
      {children}
      <div className="flex flex-wrap gap-2.5">
        <SubmitButton busy="Working…">Save</SubmitButton>
        <SubmitButton tone="secondary" name="$preview" value="on" busy="Working…">
          See who is affected
        </SubmitButton>
      </div>
    </Form>
  );
}

const wordsFor = (saved: Saved) =>
  "changes" in saved ? "Nothing is saved yet. Below is what it would do." : "Saved. It holds for everybody at once.";

function Outcome({ saved }: { saved: Extract<Saved, { changes: unknown }> }) {
  return (
    <div role="status" className="mt-5">
      <Card id="what-if" title="What saving would do">
        <WhatIf preview={saved} />
      </Card>
    </div>
  );
}
