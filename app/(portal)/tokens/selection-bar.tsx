import { Button } from "#components/ui/button.tsx";
import type { Token } from "#lib/tokens/list.ts";

const form = "chosen-tokens";

/** What can be done with the tokens that are ticked; there while one is, without scripts too. */
export function SelectionBar() {
  return (
    <form
      id={form}
      action="/tokens/revoke"
      aria-label="What to do with the chosen tokens"
      className="sticky top-16 z-10 mb-3 hidden flex-wrap items-center gap-2.5 rounded-card border border-line bg-raised px-4 py-3 shadow-raised group-has-[[form=chosen-tokens]:checked]/list:flex lg:top-3"
    >
      <p className="mr-auto font-medium">With the chosen tokens:</p>
      <Button type="reset" tone="quiet" small>
        Choose none
      </Button>
      <Button type="submit" tone="danger-quiet" small>
        Revoke…
      </Button>
    </form>
  );
}

/** Chooses a token. */
export function SelectToken({ token: { id, name } }: { token: Token }) {
  return (
    <input
      type="checkbox"
      form={form}
      name="id"
      value={id}
      aria-label={`Choose ${name}`}
      autoComplete="off"
      className="tick mt-0.5"
    />
  );
}
