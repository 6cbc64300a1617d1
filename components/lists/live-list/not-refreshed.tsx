"use client";

import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Time } from "#components/ui/time.tsx";

type Props = { signedOut: boolean; since: number; again: () => void };

/** Says that the list is old, or not there at all, and how to mend it. */
export function NotRefreshed({ signedOut, since, again }: Props) {
  return <div className="mb-3">{signedOut ? <SignedOut /> : <Unreachable since={since} again={again} />}</div>;
}

function SignedOut() {
  return (
    <Alert tone="warn" title="You are signed out" live>
      <a href={`/sign-in?return_to=${encodeURIComponent(location.pathname + location.search)}`} className="text-link">
        Sign in again
      </a>
    </Alert>
  );
}

function Unreachable({ since, again }: Omit<Props, "signedOut">) {
  return (
    <Alert tone="warn" title={since ? "The list could not be refreshed" : "The list could not be fetched"} live>
      {since > 0 && (
        <span>
          What you see is from <Time iso={new Date(since).toISOString()} as="relative" />.{" "}
        </span>
      )}
      <Button onClick={again} small>
        Try again
      </Button>
    </Alert>
  );
}
