import type { ComponentProps } from "react";
import { look } from "./look.ts";
import "./explorer.css";

type Settings = "fetch-credentials" | "hide-server-selection" | "hide-components" | "response-area-height";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "openapi-explorer": ComponentProps<"div"> & Record<Settings, string>;
    }
  }
}

/** The reference, in the portal's look. `username` is who is signed in. */
export function Explorer({ username }: { username: string | null }) {
  return (
    <openapi-explorer
      id="main"
      className="explorer"
      ref={prepare}
      fetch-credentials="same-origin"
      hide-server-selection="true"
      hide-components="true"
      response-area-height="26rem"
    >
      <div slot="overview">
        <h1 className="explorer-title">API reference</h1>
      </div>
      <div slot="overview-footer" className="explorer-note">
        <h2>Where to read on</h2>
        <ul>
          <li>
            <a href="/docs/errors">Every error code</a>: what happened, and how to fix it
          </li>
          <li>
            <a href="/api/v1/openapi.json">The OpenAPI document</a>, for generating a client
          </li>
        </ul>
      </div>
      <h1 slot="authentication-header" className="explorer-title">
        Authentication
      </h1>
      <div slot="authentication-footer" className="explorer-note">
        {username ? (
          <p>
            You are signed in as <strong>{username}</strong>: what you try here happens, as you. Set a token above to
            try what it may do instead; this page forgets it when you leave.
          </p>
        ) : (
          <p>
            Nobody is signed in. Set a token above, or <a href="/sign-in?return_to=/docs">sign in</a>: what you try here
            happens for real.
          </p>
        )}
      </div>
    </openapi-explorer>
  );
}

/**
 * What waits until the element stands in the page. It has its shadow tree only then, for styles of our own beside
 * the library's; and it shows that it is loading from then on, for ever where the document came earlier.
 */
function prepare(element: HTMLElement | null) {
  const root = element?.shadowRoot;
  if (!root) return;
  element.setAttribute("spec-url", "/api/v1/openapi.json");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(look);
  root.adoptedStyleSheets.push(sheet);
}
