import { NotAllowed } from "#components/layout/not-allowed.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { signedIn } from "#lib/http/next/page.ts";

/** Stands in the frame, so that somebody who may do nothing can at least see who they are, and sign out. */
export async function Forbidden() {
  const { accountName, grants } = await signedIn();
  const roles = grants
    .filter(({ isBaseline }) => !isBaseline)
    .map(({ role }) => role)
    .join(", ");
  return (
    <NotAllowed actions={<ButtonLink href="/">Go to your account</ButtonLink>}>
      {roles
        ? `None of your roles allows it: ${roles}. Ask an administrator of ${accountName} for one that does.`
        : `You hold no role yet. Ask an administrator of ${accountName} for one.`}
    </NotAllowed>
  );
}

export default Forbidden;
