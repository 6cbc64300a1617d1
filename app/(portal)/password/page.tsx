import { PageHeader } from "#components/layout/page-header.tsx";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import { read, signedIn } from "#lib/http/next/page.ts";
import { getPassword } from "#lib/sign-in/passwords/get.ts";
import { portalPage } from "../portal-page.tsx";
import { PasswordForm } from "./password-form.tsx";

export const metadata = { title: "Password" };

export default portalPage(PasswordPage);

async function PasswordPage() {
  const { username, fullName, email, accountName } = await signedIn();
  const { rules, changedAt, dueAt } = await read(getPassword);
  return (
    <>
      <PageHeader title="Password" description="What you prove yourself with when you sign in." />
      <Card
        id="change"
        title="Change your password"
        description={
          <>
            <span>You get a mail that it was changed. </span>
            {changedAt && (
              <span>
                You have the present one since <Time iso={changedAt} as="date" />.{" "}
              </span>
            )}
            {dueAt && (
              <span>
                Signing in asks for another one after <Time iso={dueAt} as="date" />.
              </span>
            )}
          </>
        }
      >
        <PasswordForm username={username} about={[username, fullName, email, accountName]} asked={rules} />
      </Card>
    </>
  );
}
