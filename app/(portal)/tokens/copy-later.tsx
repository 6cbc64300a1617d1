"use client";

import { type ComponentProps, lazy, Suspense } from "react";

const CopyButton = lazy(() =>
  import("#components/ui/copy-button.tsx").then((module) => ({ default: module.CopyButton })),
);

/** A button that copies, fetched only where it stands: lists with tokens in them have none. */
export function CopyLater(props: ComponentProps<typeof CopyButton>) {
  return (
    <Suspense>
      <CopyButton {...props} />
    </Suspense>
  );
}
