import type { EgressPolicy } from "#lib/core/net/egress-policy.ts";
import type { findings } from "../service-credential.ts";
import type { SystemKind } from "../systems.ts";

/** What a try came to, in words for whoever keeps the secret. */
export type Finding = {
  result: (typeof findings)[number];
  words: string;
  /** The host key that an SSH server has shown. */
  hostKey?: string;
};

/** The system that is tried, and what it is tried with. */
export type ProbeResult = {
  kind: SystemKind;
  baseUrl: string;
  headerName: string | null;
  /** The host key that its SSH server is known by; null before it was tried with success. */
  hostKey: string | null;
  username: string;
  secret: string;
};

/**
 * Tries a secret at its system; resolves when the system took it, and throws otherwise. What it opened ends when `stop`
 * is aborted, which comes for certain; it may do so itself, with the error to tell of.
 */
export type Probe = (tried: ProbeResult, policy: EgressPolicy, stop: AbortController) => Promise<Finding>;
