import type { Relation } from "#lib/accounts/relations/list.ts";

/** What the other account is to this one. */
export const sideLabels: Record<Relation["kind"], Record<Relation["side"], string>> = {
  managed: { managing: "is managed by this one", managed: "manages this one" },
  bills_to: { managing: "is paid for by this one", managed: "pays for this one" },
};

/** What a proposal would make the other account. */
export const proposedLabels: typeof sideLabels = {
  managed: { managing: "would be managed by this one", managed: "would manage this one" },
  bills_to: { managing: "would be paid for by this one", managed: "would pay for this one" },
};
