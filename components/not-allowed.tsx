import type { ReactNode } from "react";
import { Trouble } from "#components/trouble.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";

/** What stands where a page is not for its reader. */
export function NotAllowed({ children }: { children: ReactNode }) {
  return (
    <Trouble
      code="403"
      title="This page is not open to you"
      actions={<ButtonLink href="/">Go to your account</ButtonLink>}
    >
      <p>{children}</p>
    </Trouble>
  );
}
