import type { NextAuthConfig } from "next-auth";
import { getToken } from "next-auth/jwt";
import type { Caller } from "#lib/core/actor.ts";
import { execute } from "#lib/core/execute.ts";
import { env } from "#lib/env.ts";
import { redeemTicket } from "#lib/sign-in/redeem-ticket.ts";
import { deviceCookie, isSecure, ownName, setCookie, year } from "./cookies.ts";
import { dropPendingSignIn } from "./pending-sign-in.ts";

/** The cookie that carries a session's secret, sealed. */
export const cookieName = () => ownName("latchkey");

/**
 * The seam to next-auth, which keeps the secret of a session in a cookie and knows no more of signing in. Its HTTP
 * handlers are not mounted: signing in and out are operations of our own, and a page less is a page less to guard.
 */
async function nextAuth(secret = "") {
  const [{ default: NextAuth }, { default: Credentials }] = await Promise.all([
    import("next-auth"),
    import("next-auth/providers/credentials"),
  ]);
  const authorize = async () => ({ id: secret });
  return NextAuth({ ...config(), providers: [Credentials({ credentials: {}, authorize })] });
}

const config = (): Omit<NextAuthConfig, "providers"> => ({
  secret: env().AUTH_SECRET,
  trustHost: true,
  session: { strategy: "jwt", maxAge: 30 * 86_400 },
  cookies: {
    sessionToken: {
      name: cookieName(),
      options: { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure() },
    },
    // Where to go on to is our own affair: gone as soon as it is set.
    callbackUrl: { name: "authjs.callback-url", options: { path: "/", maxAge: 0 } },
  },
  callbacks: { jwt: ({ token, user }) => (user ? { secret: user.id } : token) },
  logger: { error: () => {}, warn: () => {}, debug: () => {} },
});

/** Signs this browser in with a ticket: the answer carries the cookie of the session it bought, and of the device. */
export async function enter(ticket: string, caller: Caller): Promise<void> {
  const { output } = await execute(redeemTicket, caller, { ticket, kind: "browser" });
  if (output.device) await setCookie(deviceCookie(), output.device, year);
  await dropPendingSignIn();
  await keep(output.token);
}

/** Goes on in this browser under the new secret of its session. */
export async function keep(token: string): Promise<void> {
  const { signIn } = await nextAuth(token);
  await signIn("credentials", { redirect: false });
}

/** Takes the cookie away from this browser. The session itself is ended by its operation. */
export async function leave(): Promise<void> {
  const { signOut } = await nextAuth();
  await signOut({ redirect: false });
}

/** The secret of the session in a request's cookie; null without one, or when the seal is not ours. */
export async function sessionSecret(cookie: string | undefined): Promise<string | null> {
  if (!cookie?.includes(`${cookieName()}=`) && !cookie?.includes(`${cookieName()}.`)) return null;
  const token = await getToken({
    req: { headers: { cookie } },
    secret: env().AUTH_SECRET,
    cookieName: cookieName(),
    salt: cookieName(),
    secureCookie: isSecure(),
  });
  return typeof token?.secret === "string" ? token.secret : null;
}
