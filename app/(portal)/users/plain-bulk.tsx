import { Button } from "#components/ui/button.tsx";
import { offered, wayOf } from "./bulk/ways.ts";
import { ProgressBar } from "./progress-bar.tsx";

/** The form to which the tick boxes of the list belong, wherever they stand. */
export const bulkForm = "bulk";

/** What can be done to those who are ticked, where there are no scripts: it is asked about on a page of its own. */
export function PlainBulk({ account, groups }: { account?: string; groups: boolean }) {
  return (
    <ProgressBar label="What to do with those ticked">
      <form id={bulkForm} action="/users/bulk" className="flex flex-wrap items-end gap-2.5">
        {account && <input type="hidden" name="account" value={account} />}
        <label className="grid gap-1.5">
          <span className="label">With those ticked</span>
          <select name="action" className="input">
            {offered(groups).map((action) => (
              <option key={action} value={action}>
                {wayOf(action).label}
              </option>
            ))}
          </select>
        </label>
        <Button type="submit">Go on…</Button>
      </form>
    </ProgressBar>
  );
}
