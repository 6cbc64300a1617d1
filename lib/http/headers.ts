import { env } from "#lib/env.ts";

/** The headers by which a page learns its own path and its peer; whatever a client sends there is overwritten. */
export const pathHeader = "x-latchkey-path";
export const peerHeader = "x-latchkey-peer";

/**
 * By this header Next's own requests are known: for the page that a form leads to, it asks this server with the headers
 * of the form's request, of which this is one.
 */
export const ownHeader = "x-latchkey-own";

/** Where browsers report what the policy of a page kept out. */
export const reportPath = "/csp-reports";

const isSecure = () => env().APP_URL.startsWith("https:");

/** What every response says, errors and files included (ASVS 3.4). HSTS only where the portal is at https. */
export function commonHeaders(): Record<string, string> {
  const always = { "x-content-type-options": "nosniff", "referrer-policy": "same-origin", "x-frame-options": "DENY" };
  return isSecure() ? { ...always, "strict-transport-security": "max-age=31536000; includeSubDomains" } : always;
}

const shared = globalThis as { latchkeyApiHeaders?: Record<string, string> };

/** What an API answer says besides: never rendered, never cached, never read by another site. */
export function apiHeaders(): Readonly<Record<string, string>> {
  shared.latchkeyApiHeaders ??= Object.freeze(buildApiHeaders());
  return shared.latchkeyApiHeaders;
}

const buildApiHeaders = () => ({
  ...commonHeaders(),
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "private, no-store",
  vary: "Cookie, Authorization",
});

/** What our own scripts, styles, images and the files of `public/` say besides: they are no documents. */
export const fileHeaders = (): Record<string, string> => ({
  ...commonHeaders(),
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
});

/** What a page says besides. Scripts and styles run only with this response's nonce, or from our own files. */
export const pageHeaders = (nonce: string): Record<string, string> => ({
  ...commonHeaders(),
  "content-security-policy": pagePolicy(nonce),
  "reporting-endpoints": `csp="${reportPath}"`,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
});

/** In development React needs `eval` to show where an error came from, and styles are injected. */
function pagePolicy(nonce: string): string {
  const develops = env().NODE_ENV === "development";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${develops ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${develops ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src 'self'${develops ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    `report-uri ${reportPath}`,
    "report-to csp",
    ...(isSecure() ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}
