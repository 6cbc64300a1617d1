import { redirect } from "next/navigation";
import { stopImpersonation } from "#components/layout/session-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { visitor } from "#lib/http/next/page.ts";
import { Titled } from "../titled.tsx";

export const metadata = { title: "The hour is over" };

/**
 * Where every page leads whoever acted as somebody until the hour was over: on in the own session, without signing in.
 */
export default async function ImpersonationOverPage() {
  const actor = await visitor();
  if (!actor?.impersonator?.over) redirect("/");
  return (
    <Titled
      title="The hour is over"
      lead={`You no longer act as ${actor.fullName} (${actor.username}). What you did until now is done, and stands on record.`}
    >
      <form action={stopImpersonation}>
        <Button type="submit" tone="primary" wide>
          Go on as yourself
        </Button>
      </form>
    </Titled>
  );
}
