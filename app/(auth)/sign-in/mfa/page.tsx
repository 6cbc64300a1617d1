import { SubmitButton } from "#components/forms/form.tsx";
import { Link } from "#components/ui/link.tsx";
import type { PageQuery } from "#lib/http/next/page.ts";
import { begun } from "../pending.ts";
import { SecondFactorForm } from "./second-factor-form.tsx";

export const metadata = { title: "Second factor" };

export default async function SecondFactorPage({ searchParams }: { searchParams: PageQuery }) {
  const { methods, user, goOn } = await begun(searchParams, "code");
  return (
    <>
      <h1 className="mb-1.5 text-lg font-semibold">Your second factor</h1>
      <p className="mb-5 leading-relaxed text-muted">
        The password of <strong className="text-text">{user.username}</strong> is right. Prove once more that it is you.
      </p>
      <SecondFactorForm methods={methods}>
        <input type="hidden" name="$return_to" value={goOn} />
        <SubmitButton wide busy="Signing in…">
          Sign in
        </SubmitButton>
      </SecondFactorForm>
      <p className="mt-5 text-[0.8125rem] leading-relaxed text-muted">
        Lost your authenticator? Use a recovery code, or ask an administrator of your account.{" "}
        <Link href={`/sign-in?${new URLSearchParams({ return_to: goOn })}`} className="text-link">
          Begin again
        </Link>
      </p>
    </>
  );
}
