import { whyUnanswered } from "#components/forms/unanswered.ts";
import type { FormAction, Problem } from "#lib/http/next/action.ts";

/** What the portal wants a passkey to be asked with, or why it does not. */
export type Ask<Options> = () => Promise<{ options: Options } | { problem: Problem }>;

/** Asks at one of our own routes, as whoever is signed in. */
export const askAt =
  <Options>(path: string): Ask<Options> =>
  async () => {
    const headers = { "content-type": "application/json", accept: "application/json" };
    const answer = await fetch(`/api/v1${path}`, { method: "POST", headers, body: "{}" }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    if (answer?.ok) return { options: said };
    if (said?.code === "unauthenticated") return { problem: { ...away, ...signedOut } };
    return { problem: said ? { ...said, requestId: said.instance, errors: said.errors ?? [] } : away };
  };

const away: Problem = {
  status: 503,
  code: "unavailable",
  title: "The portal does not answer",
  detail: "Check your connection, then try again.",
  requestId: "",
  errors: [],
};

// The API speaks to programs, which bring a token.
const signedOut = { status: 401, code: "session_ended", title: "Session ended", detail: "Sign in again." };

/** Asks with an action, for what only the server knows of this browser. */
export const askBy =
  <Options>(action: FormAction<Options>): Ask<Options> =>
  async () => {
    const state = await action({ status: "idle" }, new FormData()).catch(whyUnanswered);
    if ("code" in state) return { problem: state };
    if (state.status === "done") return { options: state.output };
    return { problem: state.status === "refused" ? state.problem : away };
  };
