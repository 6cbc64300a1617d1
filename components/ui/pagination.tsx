import { ChevronLeft, ChevronRight } from "lucide-react";
import { ButtonLink } from "#components/ui/button-link.tsx";

/** Steps through a list by cursor. Absent ends leave their link out; nothing is drawn when all fits on one page. */
export function Pagination({ newer, older, label = "Pages" }: { newer?: string; older?: string; label?: string }) {
  if (!newer && !older) return null;
  return (
    <nav aria-label={label} className="flex justify-between gap-3 pt-4">
      {newer ? (
        <ButtonLink href={newer} small rel="prev">
          <ChevronLeft aria-hidden /> Newer
        </ButtonLink>
      ) : (
        <span />
      )}
      {older && (
        <ButtonLink href={older} small rel="next">
          Older <ChevronRight aria-hidden />
        </ButtonLink>
      )}
    </nav>
  );
}
