import { ChevronRight, ChevronsLeft } from "lucide-react";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { type Filter, listPath } from "./filter.ts";

/** The way on through a long list, and back to its start. */
export function Pages({ filter, next }: { filter: Filter; next: string | null }) {
  if (!filter.cursor && !next) return null;
  return (
    <nav aria-label="Pages" className="flex justify-between gap-3 pt-4">
      {filter.cursor ? (
        <ButtonLink href={listPath({ ...filter, cursor: "" })} small>
          <ChevronsLeft aria-hidden /> First page
        </ButtonLink>
      ) : (
        <span />
      )}
      {next && (
        <ButtonLink href={listPath({ ...filter, cursor: next })} small rel="next">
          Next page <ChevronRight aria-hidden />
        </ButtonLink>
      )}
    </nav>
  );
}
