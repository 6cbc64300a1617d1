import type { Token } from "#lib/tokens/token.ts";

/** Who or what ended a token, and why: "Revoked by ada". */
export function endedLabel({ endedBy, endedReason }: Pick<Token, "endedBy" | "endedReason">): string {
  const reasons: Record<NonNullable<Token["endedReason"]>, string> = {
    revoked: `Revoked by ${endedBy ?? "someone who is gone"}`,
    expired: "It reached its end",
    unused: "Not used for too long",
    leaked: "Its secret was found in the open",
    replayed: "An old secret of it was used past its time",
  };
  return reasons[endedReason ?? "revoked"];
}
