import type { Refusal } from "#lib/core/errors.ts";
import type { Answer } from "../route.ts";

/** What is wrong, as RFC 6749, 5.2 has it; codes it does not know are the portal's own. */
export function toOAuthError(refusal: Refusal): Answer {
  const { status, code, message } = refusal;
  const said = (error: string) => ({ error, error_description: message });
  if (status === 401)
    return { status, headers: { "www-authenticate": 'Basic realm="Latchkey"' }, body: said("invalid_client") };
  if ([400, 422].includes(status)) return { status: 400, body: said("invalid_request") };
  if (status === 503) return { status, body: said("temporarily_unavailable") };
  return { status, body: said(status === 500 ? "server_error" : code) };
}
