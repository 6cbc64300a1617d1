"use client";

import { useState } from "react";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { OutgrownQuestion } from "#components/forms/outgrown/question.tsx";
import type { Elements } from "#components/ui/elements.ts";
import { useFormState } from "#components/ui/form-context.ts";
import { type Saved, saveRole } from "../actions.ts";
import { FormBar } from "../form-bar.tsx";
import { WhatIf } from "../what-if.tsx";

type Reviewed = Extract<Saved, { changes: unknown }>;

/** Changes a role in two steps: who gains and loses by it, then saving. */
export function EditForm({ children }: { children: Elements }) {
  // Whatever is changed after the review has to be reviewed again.
  const [fresh, setFresh] = useState(true);
  return (
    <Form action={saveRole} success={wordsFor} keep onDone={() => setFresh(true)} onChange={() => setFresh(false)}>
      {children}
      <Steps isFresh={fresh} />
    </Form>
  );
}

const isReview = (saved: unknown): saved is Reviewed =>
  typeof saved === "object" && saved !== null && "changes" in saved;

const wordsFor = (saved: Saved) => (isReview(saved) ? "" : "Saved. It holds for everybody at once.");

function Steps({ isFresh }: { isFresh: boolean }) {
  const { state } = useFormState();
  const review = state.status === "done" && isFresh && isReview(state.output) ? state.output : undefined;
  const isReviewed = review !== undefined || state.status === "asks";
  return (
    <>
      {review && <Outcome review={review} />}
      <OutgrownQuestion />
      <FormBar>
        {isReviewed && <SubmitButton busy="Saving…">Save</SubmitButton>}
        <SubmitButton tone={isReviewed ? "secondary" : "primary"} name="$preview" value="on" busy="Working…">
          {isReviewed ? "Review again" : "Review changes"}
        </SubmitButton>
        <span className="hint">
          {isReviewed ? "Nothing is saved yet." : "Shows who gains and loses what, before anything is saved."}
        </span>
      </FormBar>
    </>
  );
}

function Outcome({ review }: { review: Reviewed }) {
  return (
    <section data-said aria-labelledby="what-if" className="scroll-mb-24 rounded-card border border-line p-4">
      <h3 id="what-if" className="mb-3 font-medium">
        What saving would do
      </h3>
      <div role="status">
        <WhatIf preview={review} />
      </div>
    </section>
  );
}
