import type { ComponentProps } from "react";
import { buttonClass, type Look } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";

/** A link that looks like a button, for what leads to another page. */
export function ButtonLink({ tone, small, icon, wide, className, ...rest }: ComponentProps<typeof Link> & Look) {
  return <Link {...rest} className={buttonClass({ tone, small, icon, wide, className })} />;
}
