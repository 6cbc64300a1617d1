import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Card } from "#components/ui/card.tsx";
import { read, signedIn } from "#lib/http/next/page.ts";
import { getSecurity } from "#lib/people/security-summary.ts";
import { getPassword } from "#lib/sign-in/passwords/get.ts";
import { portalPage } from "../portal-page.tsx";
import { ApiUsers } from "./api-users.tsx";
import { SecureForm } from "./secure-form.tsx";

export const metadata = { title: "Secure my account" };

export default portalPage(SecureAccountPage);

async function SecureAccountPage() {
  const [{ id, accountId, username, fullName, email, accountName, factors }, counts, { rules }] = await Promise.all([
    signedIn(),
    read(getSecurity),
    read(getPassword),
  ]);
  return (
    <>
      <PageHeader
        title="Secure my account"
        description="For when you fear that somebody else got in. Everything that is ticked happens at once, you stay signed in here, and a receipt comes by mail."
        actions={<Confirmed />}
      />
      <Card
        id="secure"
        title="What is to happen"
        description="It cannot be undone: programs that use a token need a new one."
      >
        <SecureForm
          username={username}
          counts={counts}
          programs={<ApiUsers userId={id} accountId={accountId} made={counts.apiUsers} />}
          password={factors.includes("password") ? { about: [username, fullName, email, accountName], rules } : null}
        />
      </Card>
    </>
  );
}
