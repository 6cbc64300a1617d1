import { Trouble } from "#components/layout/trouble.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";

/** What stands where a page is not, or is not yours: the two are told apart to nobody. */
export function NotFound() {
  return (
    <Trouble
      code="404"
      title="There is no such page"
      actions={
        <ButtonLink href="/" tone="primary">
          Go to your account
        </ButtonLink>
      }
    >
      <p>The address may be mistyped, the thing it names may be gone, or it may belong to someone else.</p>
    </Trouble>
  );
}
