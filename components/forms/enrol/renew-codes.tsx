"use client";

import { RecoveryCodes } from "#components/forms/enrol/recovery-codes.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { renewRecoveryCodes } from "./actions.ts";

/** A new set of recovery codes, shown in place; `onward` is where one goes on to with them. */
export function RenewCodes({ onward, isFirst }: { onward: string; isFirst?: boolean }) {
  return (
    <div className="grid gap-5">
      <Form
        action={renewRecoveryCodes}
        keep
        className="grid gap-5 has-[+_*]:hidden"
        whenDone={({ recoveryCodes }) => <RecoveryCodes codes={recoveryCodes} onward={onward} />}
      >
        {!isFirst && <p className="hint">A new set makes every old code worthless.</p>}
        <div>
          <SubmitButton tone="secondary" busy="Making…">
            {isFirst ? "Make recovery codes" : "Make new codes"}
          </SubmitButton>
        </div>
      </Form>
    </div>
  );
}
