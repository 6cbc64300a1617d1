import { Button } from "#components/ui/button.tsx";
import { chosenForm } from "./select-token.tsx";

/** What can be done with the tokens that are ticked; there while one is, without scripts too. */
export function SelectionBar() {
  return (
    <form
      id={chosenForm}
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
