import { findForm } from "./choices.ts";

type FindFormProps = { action: string; account?: string };

/** Beside a form that makes or changes something: asks for the page anew, with what somebody looks for, where there are no scripts. */
export function FindForm({ action, account }: FindFormProps) {
  return (
    <form id={findForm} action={action} hidden>
      {account && <input type="hidden" name="account" value={account} />}
    </form>
  );
}
