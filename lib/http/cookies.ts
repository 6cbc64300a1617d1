import { env } from "#lib/env.ts";

/** Do cookies and headers go by the rules of https? They do when `APP_URL` does. */
export const isSecure = (): boolean => env().APP_URL.startsWith("https:");

/** A cookie's name: bound to this very host where the connection allows it. */
export const ownName = (name: string): string => (isSecure() ? `__Host-${name}` : name);

// next-auth takes every cookie whose name begins with its own for a part of that one: ours must not.

/** The cookie by which a browser that somebody signed in with is known again. */
export const deviceCookie = (): string => ownName("known-device");

/** The cookie of a sign-in that is not finished. */
export const pendingCookie = (): string => ownName("sign-in-step");

export const year = 365 * 86_400;

/** Sets a cookie of our own in the answer to a form: unreadable for scripts, not sent along by other sites' forms. */
export async function setCookie(name: string, value: string, maxAge: number): Promise<void> {
  const { cookies } = await import("next/headers");
  (await cookies()).set(name, value, { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure(), maxAge });
}

/** The value of a cookie in a `Cookie` header; undefined without it. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  const pair = header?.split(/; */).find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}
