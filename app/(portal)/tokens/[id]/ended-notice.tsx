import { Alert } from "#components/ui/alert.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Token } from "#lib/tokens/list.ts";

const keptFor = 90 * 86_400_000;

/** What became of a token: who ended it, when and why, and until when it is kept. */
export function EndedNotice({ token: { endedAt, endedBy, endedReason } }: { token: Token }) {
  if (!endedAt) return null;
  const forgotten = new Date(Date.parse(endedAt) + keptFor).toISOString();
  return (
    <Alert tone="neutral" title={endedReason === "expired" ? "This token has expired" : "This token was revoked"}>
      {endedReason === "expired" ? "It reached its end " : `${endedBy ?? "Someone who is gone"} revoked it `}
      <Time iso={endedAt} as="both" />. Whatever still uses it is refused. It stays listed until{" "}
      <Time iso={forgotten} as="date" />.
    </Alert>
  );
}
