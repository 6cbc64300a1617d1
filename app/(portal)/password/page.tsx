import { PageHeader } from "#components/page-header.tsx";
import { Card } from "#components/ui/card.tsx";
import { signedIn } from "#lib/doors/page.ts";
import { PasswordForm } from "./password-form.tsx";

export const metadata = { title: "Password" };

export default async function PasswordPage() {
  const { username, fullName, email, accountName } = await signedIn();
  return (
    <>
      <PageHeader title="Password" description="What you prove yourself with when you sign in." />
      <Card id="change" title="Change your password" description="You get a mail that it was changed.">
        <PasswordForm username={username} about={[username, fullName, email, accountName]} />
      </Card>
    </>
  );
}
