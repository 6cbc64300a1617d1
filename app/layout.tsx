import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { CommandFallback } from "#components/ui/command-fallback.tsx";
import { Toaster } from "#components/ui/toast.tsx";
import { chosenTheme } from "#lib/http/next/preferences.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Latchkey", template: "%s · Latchkey" },
  description: "Your account: profile, password and API tokens",
  icons: {
    icon: [
      { url: "/favicon.ico", sizes: "16x16 32x32 48x48" },
      { url: "/icon.svg", type: "image/svg+xml", sizes: "any" },
    ],
    apple: "/apple-touch-icon.png",
  },
  manifest: "/site.webmanifest",
  robots: { index: false, follow: false },
  referrer: "same-origin",
  // Ids and numbers are not telephone numbers.
  formatDetection: { telephone: false, email: false, address: false },
};

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f4f3f1" },
    { media: "(prefers-color-scheme: dark)", color: "#0b0f11" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" data-theme={await chosenTheme()}>
      <body>
        <a href="#main" className="skip-link">
          Skip to content
        </a>
        <div className="contents">{children}</div>
        <Toaster />
        <CommandFallback />
      </body>
    </html>
  );
}
