import type { ReactNode } from "react";
import { Logo } from "#components/layout/logo.tsx";
import { ThemeChoice } from "#components/layout/theme-choice.tsx";

export default function SignedOutLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col items-center px-4 pt-[max(2rem,10vh)] pb-8">
      <header className="mb-7">
        <Logo />
      </header>
      <main id="main" tabIndex={-1} className="card w-full max-w-[25rem] p-6 shadow-raised sm:p-8">
        {children}
      </main>
      <footer className="mt-auto w-60 pt-10">
        <ThemeChoice />
      </footer>
    </div>
  );
}
