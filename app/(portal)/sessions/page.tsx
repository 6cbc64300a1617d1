import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { read } from "#lib/http/next/page.ts";
import { listSessions } from "#lib/sign-in/sessions/list.ts";
import { portalPage } from "../portal-page.tsx";
import { endOthers } from "./actions.ts";
import { SessionCard } from "./session-card.tsx";

export const metadata = { title: "Sessions" };

export default portalPage(SessionsPage);

async function SessionsPage() {
  const { items } = await read(listSessions);
  const others = items.length - 1;
  return (
    <>
      <PageHeader
        title="Sessions"
        description="Where you are signed in. End whatever you do not know: it is signed out at once, everywhere."
        actions={others > 0 && <EndOthers count={others} />}
      />
      <ul className="grid list-none gap-3.5">
        {items.map((session) => (
          <SessionCard key={session.id} session={session} />
        ))}
      </ul>
      {others === 0 && <p className="mt-5 text-muted">You are signed in nowhere else.</p>}
    </>
  );
}

function EndOthers({ count }: { count: number }) {
  const sessions = count === 1 ? "one other session" : `${count} other sessions`;
  return (
    <ConfirmButton
      id="end-others"
      label="Sign out all others"
      title={`End ${sessions}?`}
      action={endOthers}
      verb={count === 1 ? "End it" : "End them"}
      busy="Ending…"
      success="Your other sessions were ended"
    >
      Whoever uses them has to sign in again. This one goes on, and so do your API tokens.
    </ConfirmButton>
  );
}
