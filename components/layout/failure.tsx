"use client";

import { isFromBefore } from "#components/forms/unanswered.ts";
import { Trouble } from "#components/layout/trouble.tsx";

/** What Next hands to an error page. `digest` is the request id under which the server wrote the error down. */
export type FailureProps = { error: Error & { digest?: string }; retry: () => void };

/** What stands where a page failed: that it is our fault, how to go on, and the id that support can look up. */
export function Failure({ error, retry }: FailureProps) {
  if (isFromBefore(error)) return <Updated />;
  // A plain button: every page carries this three times over, and would carry the kit's along with it.
  return (
    <Trouble
      code="500"
      title="Something went wrong on our side"
      actions={
        <>
          <button type="button" onClick={retry} className="button button-primary">
            Try again
          </button>
          <a href="/" className="button button-secondary">
            Go to your account
          </a>
        </>
      }
    >
      <p>Nothing you typed was saved. Try again; if it happens twice, tell your administrator this request id:</p>
      <p>
        <code
          className="rounded border border-line bg-sunken px-2 py-1 font-mono text-[0.8125rem] text-text select-all"
          translate="no"
        >
          {error.digest ?? "none: it happened in this browser"}
        </code>
      </p>
    </Trouble>
  );
}

/** What stands where a page from before an update could not go on. */
function Updated() {
  return (
    <Trouble
      code="409"
      title="The portal was updated"
      actions={
        <button type="button" onClick={() => location.reload()} className="button button-primary">
          Load this page anew
        </button>
      }
    >
      <p>This page was open meanwhile, and what it would do next has changed. Load it anew and go on from there.</p>
    </Trouble>
  );
}
