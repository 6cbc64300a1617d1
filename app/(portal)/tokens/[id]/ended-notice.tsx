import { Alert } from "#components/ui/alert.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Token } from "#lib/tokens/token.ts";
import { endedLabel } from "../ended-label.ts";

const keptFor = 90 * 86_400_000;

/** What became of a token: who ended it, when and why, and until when it is kept. */
export function EndedNotice({ token }: { token: Token }) {
  const { endedAt, endedReason } = token;
  if (!endedAt) return null;
  const forgotten = new Date(Date.parse(endedAt) + keptFor).toISOString();
  return (
    <Alert tone="neutral" title={titleFor(endedReason)}>
      {endedLabel(token)}, <Time iso={endedAt} as="both" />. Whatever still uses it is refused. It stays listed until{" "}
      <Time iso={forgotten} as="date" />.
    </Alert>
  );
}

/** Nobody revokes a token that ends by itself. */
function titleFor(reason: Token["endedReason"]): string {
  if (reason === "expired") return "This token has expired";
  return reason === "unused" ? "This token has ended" : "This token was revoked";
}
