import { fallbackFormId } from "./options.ts";

type FindFormProps = {
  action: string;
  account?: string;
  /** What else the page's address says, and keeps saying. */
  fields?: [name: string, value: string][];
};

/**
 * Beside a form that makes or changes something: asks for the page anew, with what somebody looks for, where there are
 * no scripts.
 */
export function FallbackForm({ action, account, fields = [] }: FindFormProps) {
  return (
    <form id={fallbackFormId} action={action} hidden>
      {account && <input type="hidden" name="account" value={account} />}
      {fields.map(([name, value]) => (
        <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
      ))}
    </form>
  );
}
