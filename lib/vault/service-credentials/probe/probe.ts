import { patience } from "#lib/core/net/egress.ts";
import { type EgressPolicy, TimedOut } from "#lib/core/net/egress-policy.ts";
import type { SystemKind } from "../systems.ts";
import { probeDatabase } from "./database.ts";
import type { Finding, Probe, ProbeResult } from "./finding.ts";
import { probeBasic, probeBearer, probeGit, probeHeader } from "./http.ts";
import { probeMail } from "./mail.ts";
import { probeRegistry } from "./registry.ts";
import { probeShell } from "./shell.ts";
import { findingOf } from "./trouble.ts";

const probes: Record<SystemKind, Probe> = {
  "git-https": probeGit,
  "git-ssh": probeShell,
  registry: probeRegistry,
  "http-basic": probeBasic,
  "http-bearer": probeBearer,
  "http-header": probeHeader,
  smtp: probeMail,
  database: probeDatabase,
};

/**
 * Tries a secret at its system, for 10 seconds in all, and says what came of it. Reaches what I-38 allows alone; once
 * it is answered, no connection is left.
 */
export async function probe(tried: ProbeResult, policy: EgressPolicy, waits = patience): Promise<Finding> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new TimedOut("It did not answer within 10 seconds.")), waits);
  const stopped = new Promise<never>((_, failed) => {
    stop.signal.addEventListener("abort", () => failed(stop.signal.reason), { once: true });
  });
  try {
    return await Promise.race([probes[tried.kind](tried, policy, stop), stopped]);
  } catch (error) {
    return findingOf(error);
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}
