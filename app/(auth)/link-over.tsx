import type { ReactNode } from "react";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Link } from "#components/ui/link.tsx";
import { Titled } from "./titled.tsx";

type LinkOverProps = { children: ReactNode; again?: { href: string; label: string } };

/** Where a link from a mail leads that is used up, too old, or cut off: why, and where there is a new one. */
export function LinkOver({ children, again }: LinkOverProps) {
  return (
    <Titled
      title="This link is used up or too old"
      lead={
        <>
          <span>{children}</span> If it is neither, it may have been cut off: open it from the mail as a whole.
        </>
      }
    >
      {again && (
        <ButtonLink href={again.href} tone="primary" wide>
          {again.label}
        </ButtonLink>
      )}
      <p className="mt-6">
        <Link href="/sign-in" className="underline">
          Back to sign-in
        </Link>
      </p>
    </Titled>
  );
}
