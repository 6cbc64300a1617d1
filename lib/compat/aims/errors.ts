import { Refusal, type RefusalDetails } from "#lib/core/errors.ts";
import type { ProblemCode } from "#lib/core/problems.ts";
import type { Answer } from "../route.ts";

type ErrorText = { status?: number; key?: string };

/**
 * What the portal's refusals are called in AIMS: those whose status or words differ. Whatever stands not here keeps its
 * status and has an empty body.
 */
const words: Partial<Record<ProblemCode, ErrorText>> = {
  malformed_request: { status: 400, key: "invalid_json" },
  mfa_code_required: { key: "mfa_code_required" },
  mfa_enrollment_required: { key: "mfa_enrollment_required" },
  new_password_required: { status: 400, key: "password_expired" },
  challenge_expired: { key: "invalid_session_token" },
  user_locked: { status: 400, key: "account_locked" },
  second_factor_demanded: { status: 403 },
  link_expired: { status: 404 },
  account_inactive: { status: 400, key: "account_inactive" },
  user_exists: { key: "user_exists" },
  mfa_enrolled: { status: 409, key: "mfa_enrolled" },
  last_administrator: { status: 400, key: "last_administrator" },
  limit_reached: { status: 400, key: "limit_exceeded" },
  too_many_requests: { key: "too_many_requests" },
  writes_disabled: { key: "writes_disabled" },
};

/** What AIMS calls a field that is wrong, by the first part of its pointer. */
const fieldWords: Record<string, ErrorText> = {
  accountId: { status: 403 },
  userId: { status: 404 },
  roleId: { status: 404 },
  id: { status: 404 },
  accessKeyId: { status: 404 },
  link: { status: 404 },
  email: { key: "invalid_email" },
  phone: { key: "invalid_phone" },
  mobilePhone: { key: "invalid_mobile_phone" },
  webhookUrl: { key: "invalid_webhook_url" },
  permissions: { key: "invalid_permissions" },
  roleIds: { key: "invalid_role_id" },
  label: { key: "invalid_label" },
  password: { key: "weak_password" },
  newPassword: { key: "weak_password" },
  uri: { key: "invalid_mfa_uri" },
  codes: { key: "invalid_mfa_codes" },
  locations: { key: "invalid_accessible_locations" },
};

/** What a row says of a refusal in its own words, before the common ones. */
export type OwnWords = (refusal: Refusal) => ErrorText | undefined;

/** The words of a row as the engine asks for them: a refusal of the API's own where it has any. */
export const ownRefusal =
  (own: OwnWords) =>
  (refusal: Refusal): Refusal => {
    const said = own(refusal);
    return said ? new AimsRefusal(said.status ?? refusal.status, said.key, refusal.details) : refusal;
  };

/** How AIMS says no: a status, and a key or an empty body. The session token alone goes along (AU2-4, AU7). */
export function toAimsError(refusal: Refusal): Answer {
  const { status = refusal.status, key } = refusal instanceof AimsRefusal ? refusal.said : commonly(refusal);
  const { challenge } = refusal.details;
  const headers = { ...(challenge && { "x-aims-session-token": challenge }) };
  if (key === undefined) return { status, headers: { ...headers, "content-length": "0" } };
  return { status, headers, body: { error: key } };
}

function commonly(refusal: Refusal): ErrorText {
  const isAccount = refusal.details.what === "account";
  // An account that cannot be seen, and one that there is not, are the same (AC2).
  if (refusal.code === "not_found" && isAccount) return { status: 403 };
  if (refusal.code === "user_inactive" && isAccount) return { status: 400, key: "account_inactive" };
  if (refusal.code === "invalid_fields") return wrongField(refusal);
  return words[refusal.code] ?? {};
}

/** The first field that is wrong decides. A name that nobody can have is like any other that nobody has. */
function wrongField({ details }: Refusal): ErrorText {
  const [error] = details.errors ?? [];
  const field = error?.pointer.split("/")[1] ?? "";
  if (["login", "currentPassword"].includes(field)) return { status: 401 };
  if (error?.code === "password_reused") return { status: 400, key: "password_reuse_prevented" };
  return { status: 400, key: "invalid_property", ...fieldWords[field] };
}

/** A refusal of the API's own, in its words. */
export class AimsRefusal extends Refusal {
  override name = "AimsRefusal";
  readonly said: ErrorText;

  constructor(status: number, key?: string, { challenge, retryAfter, allow }: RefusalDetails = {}) {
    super(status === 401 ? "unauthenticated" : "malformed_request", undefined, { challenge, retryAfter, allow });
    this.said = { status, key };
  }

  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return thrown instanceof Refusal && "said" in thrown;
  }
}
