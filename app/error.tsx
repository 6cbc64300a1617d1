"use client";

import { Failure, type FailureProps } from "#components/layout/failure.tsx";
import { Logo } from "#components/layout/logo.tsx";

export default function ErrorPage(props: FailureProps) {
  return (
    <div className="mx-auto w-full max-w-2xl px-6 pt-[max(2rem,12vh)]">
      <title>Something went wrong · Latchkey</title>
      <header className="mb-6">
        <Logo />
      </header>
      <main id="main" tabIndex={-1}>
        <Failure {...props} />
      </main>
    </div>
  );
}
