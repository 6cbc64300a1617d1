import { ChevronRight, ChevronsLeft } from "lucide-react";
import { ButtonLink } from "#components/ui/button-link.tsx";

type PagerProps = {
  /** Where this page begins; none for the first. */
  cursor?: string;
  /** Where the next page begins; null where this is the last. */
  next: string | null;
  /** The address of the page that begins there; of the first one without a cursor. */
  pathOf: (cursor?: string) => string;
};

/** The way on through a long list, and back to its start. Nothing is drawn when all fits on one page. */
export function Pager({ cursor, next, pathOf }: PagerProps) {
  if (!cursor && !next) return null;
  return (
    <nav aria-label="Pages" className="flex justify-between gap-3 pt-4">
      {cursor ? (
        <ButtonLink href={pathOf()} small>
          <ChevronsLeft aria-hidden /> First page
        </ButtonLink>
      ) : (
        <span />
      )}
      {next && (
        <ButtonLink href={pathOf(next)} small rel="next">
          Next page <ChevronRight aria-hidden />
        </ButtonLink>
      )}
    </nav>
  );
}
