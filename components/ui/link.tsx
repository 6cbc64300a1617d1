"use client";

import NextLink from "next/link";
import { type ComponentProps, useState } from "react";

/**
 * A link within the portal. What it leads to is fetched ahead once somebody points at it or comes to it with the
 * keyboard, and not for every link in sight: that would be twenty requests for each page that is looked at.
 */
export function Link(props: Omit<ComponentProps<typeof NextLink>, "prefetch" | "onPointerEnter" | "onFocus">) {
  const [isMeant, setIsMeant] = useState(false);
  const intend = () => setIsMeant(true);
  return <NextLink {...props} prefetch={isMeant ? null : false} onPointerEnter={intend} onFocus={intend} />;
}
