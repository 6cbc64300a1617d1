import type { z } from "zod";
import type { verifyToken } from "#lib/tokens/verify.ts";

/** What a client reads, whatever the HTTP status (the envelope of iPresso's API). */
export type Envelope = { code: number; data?: unknown; message?: string; errorCode?: number };

/** What went well. */
export const done = (data: unknown): Envelope => ({ code: 200, data });

/** What is to be known of whoever asks. */
export type Me = z.output<typeof verifyToken.output>;

/** Whoever asks, as `GET me` tells of them. */
export const me = ({ owner, account, permissions, expiresAt }: Me) => ({
  login: owner.username,
  name: owner.fullName,
  email: owner.email,
  account,
  permissions,
  token_expiration: expiresAt && Math.floor(Date.parse(expiresAt) / 1000),
});
