import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Titled } from "../../titled.tsx";

export const metadata = { title: "Your e-mail address" };

export default function EmailConfirmedPage() {
  return (
    <Titled title="Your e-mail address">
      <div className="mb-6">
        <Alert tone="good">It is confirmed. If it replaced another, that one was told.</Alert>
      </div>
      <ButtonLink href="/profile" tone="primary" wide>
        Go to your profile
      </ButtonLink>
    </Titled>
  );
}
