import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Titled } from "../../titled.tsx";

export const metadata = { title: "Your password is set" };

export default function InvitationDonePage() {
  return (
    <Titled title="Your password is set">
      <div className="mb-6">
        <Alert tone="good">Your e-mail address is confirmed, too. Sign in with it, or with your username.</Alert>
      </div>
      <ButtonLink href="/sign-in" tone="primary" wide>
        Sign in
      </ButtonLink>
    </Titled>
  );
}
