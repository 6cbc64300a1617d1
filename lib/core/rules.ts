/**
 * Whether an operation asks a person for a recent proof of identity (step-up, ASVS 7.5.3).
 *
 * - `never`: the credential is enough.
 * - `aims_session`: a session of AIMS lies about in programs for hours, so that it needs a proof; others do not.
 * - `always`: a proof of the last 15 minutes, by the strongest factor that the person has. The contract of AIMS knows
 *   no step-up, so that over its own API its sessions are exempt.
 * - `in_person`: the same, of a session that an access key opened over the API of AIMS too: nobody has proven there who
 *   they are.
 */
type StepUp = "never" | "aims_session" | "always" | "in_person";

/** What somebody who acts as another person may do with it; `exit` is a way out, open when their time is over too. */
type WhileImpersonating = "allowed" | "refused" | "exit";

/**
 * Whose thing it is about, where that is not the account: what people look after themselves (`oneself`, closed to API
 * users, who have nothing of their own), or the `credential` that somebody came with, whatever it is.
 */
export type About = "oneself" | "credential";

/** What decides who may do something, and when. Neither its name nor its route is among that. */
export interface CheckedOperation<A extends string = string> {
  allow: A;
  /** Its permission is of the service `portal` then, which every person holds unless a role denies it. */
  about?: About;
  /** Asks for step-up; `never` unless it says so. */
  stepUp?: StepUp;
  /** What is not about a change or a file is `allowed` unless it says so: impersonators see what the person sees. */
  whileImpersonating?: WhileImpersonating;
  /** It goes on while `READ_ONLY` refuses changes: without signing in and out nobody could read either. */
  whileReadOnly?: "allowed";
  /** Only a person who is signed in does it: no token and no API user, whatever their scopes and roles (I-24). */
  by?: "session";
}

/**
 * What the definition of a change has to state, and of what hands out a file, since a default would open it by an
 * oversight. What asks for step-up is refused while impersonating: nothing is proven in such a session. Where anyone
 * may, nobody is asked who they are, and there is nothing to state.
 */
export type StatedRules = Reading | ((Change | Export) & (RulesOfAnyone | WithStepUp | WithoutStepUp));

type Reading = { audit?: undefined; auditExport?: undefined; whileReadOnly?: undefined };
type Change = { audit: object | undefined };
type Export = { auditExport: object };

type RulesOfAnyone = { allow: "anyone"; stepUp?: undefined; whileImpersonating?: undefined };
type WithStepUp = { stepUp: "always" | "in_person"; whileImpersonating?: "refused" };
type WithoutStepUp = { stepUp: "never" | "aims_session"; whileImpersonating: WhileImpersonating };

/** Does it ask a person for step-up, whatever session they have? */
export const asksForStepUp = ({ stepUp }: Pick<CheckedOperation, "stepUp">): boolean =>
  stepUp === "always" || stepUp === "in_person";
