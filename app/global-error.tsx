"use client";

import { Failure, type FailureProps } from "#components/layout/failure.tsx";
import "./globals.css";

/** Stands in for the whole document when even the root layout failed; so it follows the device's theme. */
export default function GlobalErrorPage(props: FailureProps) {
  return (
    <html lang="en" data-theme="system">
      <body>
        <title>Something went wrong · Latchkey</title>
        <main className="mx-auto w-full max-w-2xl px-6 pt-[max(2rem,12vh)]">
          <p className="font-semibold">Latchkey</p>
          <Failure {...props} />
        </main>
      </body>
    </html>
  );
}
