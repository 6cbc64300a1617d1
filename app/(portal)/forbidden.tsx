import { NotAllowed } from "#components/not-allowed.tsx";
import { signedIn } from "#lib/doors/page.ts";

/** Stands in the frame, so that somebody who may do nothing can at least see who they are, and sign out. */
export default async function Forbidden() {
  const { accountName, grants } = await signedIn();
  const roles = grants.map(({ role }) => role).join(", ");
  return (
    <NotAllowed>
      {roles ? `Your roles do not allow it: ${roles}.` : "You hold no role yet, so there is little you may see."} Ask an
      administrator of {accountName} for a role that does.
    </NotAllowed>
  );
}
