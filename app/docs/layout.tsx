import type { ReactNode } from "react";
import { Logo, LogoMark } from "#components/layout/logo.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { visitor } from "#lib/http/next/page.ts";
import { DocsLink } from "./docs-link.tsx";

/** The frame of what everyone may read, signed in or not. */
export default async function DocsLayout({ children }: { children: ReactNode }) {
  const person = await visitor();
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="sticky top-0 z-20 flex h-14 items-center gap-x-1 border-b border-line bg-sunken px-3 sm:px-5">
        <Link href="/" className="mr-auto rounded-control no-underline" aria-label="Latchkey, home">
          <span className="hidden sm:block">
            <Logo />
          </span>
          <LogoMark className="size-7 sm:hidden" />
        </Link>
        <nav aria-label="Documentation" className="flex">
          <DocsLink href="/docs">Reference</DocsLink>
          <DocsLink href="/docs/errors">Errors</DocsLink>
        </nav>
        <Link
          href={person ? "/" : "/sign-in?return_to=/docs"}
          className={buttonClass({ small: true, className: "ml-2" })}
        >
          {person ? "Portal" : "Sign in"}
        </Link>
      </header>
      <div className="contents">{children}</div>
    </div>
  );
}
