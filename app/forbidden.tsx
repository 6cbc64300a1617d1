import { Logo } from "#components/layout/logo.tsx";
import { NotAllowed } from "#components/layout/not-allowed.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";

export const metadata = { title: "Not open to you" };

export default function ForbiddenPage() {
  return (
    <div className="mx-auto w-full max-w-2xl px-6 pt-[max(2rem,12vh)]">
      <header className="mb-6">
        <Logo />
      </header>
      <main id="main" tabIndex={-1}>
        <NotAllowed actions={<ButtonLink href="/">Go to your account</ButtonLink>}>
          Ask an administrator of your account for a role that allows it.
        </NotAllowed>
      </main>
    </div>
  );
}
