import { ShieldCheck } from "lucide-react";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { read } from "#lib/http/next/page.ts";
import { getStepUp } from "#lib/sign-in/step-up.ts";
import { endStepUp } from "./actions.ts";
import { MinutesLeft } from "./minutes-left.tsx";

/** That sensitive acts are unlocked just now, for how long, and how to lock them again. */
export async function Confirmed() {
  const { freshUntil } = await read(getStepUp);
  if (!freshUntil) return null;
  return (
    <Form action={endStepUp} className="flex flex-wrap items-center gap-2.5">
      <span className="chip tone-good">
        <ShieldCheck aria-hidden className="size-3.5" />
        <span>
          Confirmed · <MinutesLeft until={freshUntil} />
        </span>
      </span>
      <SubmitButton tone="quiet" small busy="Ending…">
        End now
      </SubmitButton>
    </Form>
  );
}
