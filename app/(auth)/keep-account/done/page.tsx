import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Titled } from "../../titled.tsx";

export const metadata = { title: "Your account stays" };

export default function AccountKeptPage() {
  return (
    <Titled title="Your account stays">
      <div className="mb-6">
        <Alert tone="good">The deletion was called off.</Alert>
      </div>
      <ButtonLink href="/profile" tone="primary" wide>
        Go to your profile
      </ButtonLink>
    </Titled>
  );
}
