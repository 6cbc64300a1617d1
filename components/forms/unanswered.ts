import type { Problem } from "#lib/http/next/action.ts";

/** Why an action brought no answer of the portal's: the page is from before an update, or nobody answered at all. */
export const whyUnanswered = (error: unknown): Problem => (isFromBefore(error) ? updated : away);

/**
 * Did it fail because the portal was updated while this page was open? What the page would call or load is then gone.
 * Known by name: Next and its bundler keep the classes to themselves.
 */
export const isFromBefore = (error: unknown): boolean =>
  error instanceof Error && ["UnrecognizedActionError", "ChunkLoadError"].includes(error.name);

const updated: Problem = {
  status: 409,
  code: "portal_updated",
  title: "The portal was updated",
  detail: "This page was open meanwhile, so nothing was sent. What you typed stays here until you load the page anew.",
  requestId: "",
  errors: [],
};

const away: Problem = {
  status: 503,
  code: "unanswered",
  title: "No answer",
  detail: "The portal did not answer. Check your connection, then try again.",
  requestId: "",
  errors: [],
};
