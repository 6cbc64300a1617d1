import { z } from "zod";
import { passwordRules } from "#lib/sign-in/passwords/policy.ts";
import { pendingCookie, setCookie } from "./cookies.ts";

/**
 * A sign-in that waits for its next step, as the browser that began it keeps it (I-14). What it says beside the
 * challenge is for showing the right page; every step is decided by the challenge's own row.
 */
const pending = z.object({
  next: z.enum(["code", "enrol", "new-password"]),
  challenge: z.string(),
  challengeExpiresAt: z.string(),
  methods: z.array(z.string()).default([]),
  because: z.enum(["once", "age"]).optional(),
  rules: passwordRules.optional(),
  user: z.object({ username: z.string() }),
});

export type PendingSignIn = z.output<typeof pending>;

/** Keeps a step's answer for the next page; the cookie lives as long as the challenge. */
export async function keepPendingSignIn(step: unknown): Promise<PendingSignIn> {
  const kept = pending.parse(step);
  const seconds = Math.ceil((Date.parse(kept.challengeExpiresAt) - Date.now()) / 1000);
  await setCookie(pendingCookie(), Buffer.from(JSON.stringify(kept)).toString("base64url"), Math.max(1, seconds));
  return kept;
}

/** The sign-in that this browser has begun; null when there is none. */
export async function pendingSignIn(): Promise<PendingSignIn | null> {
  const { cookies } = await import("next/headers");
  const value = (await cookies()).get(pendingCookie())?.value;
  return value ? read(value) : null;
}

/** The challenge of the sign-in that this browser has begun; what is over is told by the step itself. */
export const pendingChallenge = async (): Promise<string> => (await pendingSignIn())?.challenge ?? "";

function read(value: string): PendingSignIn | null {
  try {
    return pending.parse(JSON.parse(Buffer.from(value, "base64url").toString()));
  } catch {
    return null;
  }
}

export const dropPendingSignIn = () => setCookie(pendingCookie(), "", 0);
