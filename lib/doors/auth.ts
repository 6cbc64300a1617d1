import type { NextAuthConfig } from "next-auth";
import { getToken } from "next-auth/jwt";
import { env } from "#lib/env.ts";

/** Trades a ticket for the secret of a session; null when the ticket is worth nothing. */
type Trade = () => Promise<string | null>;

const isSecure = () => env().APP_URL.startsWith("https:");

/** The cookie that carries a session's secret, sealed. */
export const cookieName = () => (isSecure() ? "__Host-latchkey" : "latchkey");

/**
 * The seam to next-auth, which knows sign-in as: trade a ticket, keep what it bought in a cookie. Its HTTP
 * handlers are not mounted: signing in and out are operations of our own, and a page less is a page less to guard.
 */
async function nextAuth(trade: Trade) {
  const [{ default: NextAuth }, { default: Credentials }] = await Promise.all([
    import("next-auth"),
    import("next-auth/providers/credentials"),
  ]);
  const authorize = async () => ({ id: (await trade()) ?? "" });
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
  },
  callbacks: { jwt: ({ token, user }) => (user ? { secret: user.id } : token) },
  logger: { error: () => {}, warn: () => {}, debug: () => {} },
});

/** Signs this browser in with a ticket: the answer carries the cookie of the session it bought. */
export async function enter(trade: Trade): Promise<void> {
  const { signIn } = await nextAuth(trade);
  await signIn("credentials", { redirect: false });
}

/** Takes the cookie away from this browser. The session itself is ended by its operation. */
export async function leave(): Promise<void> {
  const { signOut } = await nextAuth(async () => null);
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
