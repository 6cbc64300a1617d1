import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card } from "#components/ui/card.tsx";
import { disableFactors } from "./actions.ts";

/** Switching the second factor off; where the account requires one, replacing everything in one go instead. */
export function DisableCard({ demanded }: { demanded: boolean }) {
  if (demanded)
    return (
      <Card
        id="reset"
        title="Reset"
        description="Set up one new authenticator; every other second factor and all recovery codes go in the same go."
      >
        <ButtonLink href="/mfa/reset" tone="danger-quiet">
          Replace everything…
        </ButtonLink>
      </Card>
    );
  return (
    <Card
      id="disable"
      title="Disable"
      description="Every authenticator, passkey and recovery code goes. Your password alone lets you in from then on."
    >
      <ConfirmButton
        id="disable-mfa"
        label="Disable two-factor sign-in"
        title="Disable two-factor sign-in?"
        action={disableFactors}
        verb="Disable"
        busy="Disabling…"
        success="Two-factor sign-in is off"
      >
        Whoever learns your password can sign in as you. Every authenticator, passkey and recovery code of yours goes,
        and your other sessions end.
      </ConfirmButton>
    </Card>
  );
}
