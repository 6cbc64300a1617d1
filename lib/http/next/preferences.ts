import { cookies, headers } from "next/headers";
import { env } from "#lib/env.ts";

/** How a person wants the portal to look; `system` follows the device. */
export type Theme = "system" | "light" | "dark";

const year = 365 * 24 * 3600;

// Browsers only take the __Host- prefix over TLS.
const secure = () => env().APP_URL.startsWith("https:");
const cookieName = (name: string) => (secure() ? `__Host-${name}` : name);

async function preference(name: string) {
  return (await cookies()).get(cookieName(name))?.value;
}

async function prefer(name: string, value: string) {
  // A form of another site, or of none, changes nothing; Next would believe the Host it names.
  if ((await headers()).get("origin") !== env().APP_URL) return;
  const options = { path: "/", httpOnly: true, sameSite: "lax", secure: secure(), maxAge: year } as const;
  (await cookies()).set(cookieName(name), value, options);
}

/** The theme chosen in this browser. */
export async function chosenTheme(): Promise<Theme> {
  const chosen = await preference("theme");
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

/** Whether single keys act as shortcuts in this browser; they do until switched off. */
export async function shortcutsOn() {
  return (await preference("shortcuts")) !== "off";
}

/** Form action: keeps the field `theme` for a year. */
export async function chooseTheme(form: FormData) {
  "use server";
  const theme = form.get("theme");
  await prefer("theme", theme === "light" || theme === "dark" ? theme : "system");
}

/** Form action: turns the shortcuts on or off, as the field `shortcuts` says. */
export async function chooseShortcuts(form: FormData) {
  "use server";
  await prefer("shortcuts", form.get("shortcuts") === "off" ? "off" : "on");
}
