import { ChevronRight, ChevronsLeft } from "lucide-react";
import { ButtonLink } from "#components/ui/button-link.tsx";

/** The way on through a long list, and back to its start. Nothing is drawn when all fits on one page. */
export function Pager({ first, next }: { first?: string; next?: string }) {
  if (!first && !next) return null;
  return (
    <nav aria-label="Pages" className="flex justify-between gap-3 pt-4">
      {first ? (
        <ButtonLink href={first} small>
          <ChevronsLeft aria-hidden /> First page
        </ButtonLink>
      ) : (
        <span />
      )}
      {next && (
        <ButtonLink href={next} small rel="next">
          Next page <ChevronRight aria-hidden />
        </ButtonLink>
      )}
    </nav>
  );
}
