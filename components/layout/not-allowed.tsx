import type { ReactNode } from "react";
import { Trouble } from "#components/layout/trouble.tsx";

/** What stands where a page is not for its reader. */
export function NotAllowed({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  return (
    <Trouble code="403" title="This page is not open to you" actions={actions}>
      <p>{children}</p>
    </Trouble>
  );
}
