import { SearchX } from "lucide-react";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { type Filter, listPath, statusLabels } from "./filter.ts";

/** Why a search found nothing, and the way out of it: a link, or without leaving the page where `show` is there. */
export function NoMatch({ filter, show }: { filter: Filter; show?: (filter: Filter) => void }) {
  const wide: Filter = { ...filter, search: "", status: "", cursor: "" };
  const words: Record<string, string> = statusLabels[filter.state];
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="No token matches"
      actions={
        <Link
          href={listPath(wide)}
          onClick={
            show &&
            ((event) => {
              event.preventDefault();
              show(wide);
              document.querySelector<HTMLElement>("search input")?.focus();
            })
          }
          className={buttonClass({})}
        >
          Clear search and status
        </Link>
      }
    >
      <span>You asked for </span>
      {filter.search && (
        <span>
          “<span className="wrap-anywhere text-text">{filter.search}</span>”
        </span>
      )}
      {filter.search && filter.status && <span> with the status </span>}
      {filter.status && <span className="text-text">{words[filter.status]}</span>}
      <span>.</span>
    </EmptyState>
  );
}
