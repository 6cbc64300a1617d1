"use client";

import { FilterSelect } from "#components/lists/filter-fields.tsx";
import { LiveFilterBar } from "#components/lists/live-filter-bar.tsx";
import { type Filter, readFilter, sortLabels, statusLabels } from "./filter.ts";

type ToolbarProps = {
  filter: Filter;
  show: (filter: Filter) => void;
  /** The moment to make ready what another list needs. */
  onFocus: () => void;
};

/** Search, status and order of the list. */
export function Toolbar({ filter: { state, status, sort, search }, show, onFocus }: ToolbarProps) {
  return (
    <search onFocus={onFocus}>
      <LiveFilterBar
        action="/tokens"
        label="Search by name, description or last four characters"
        placeholder="Name, description or last four characters"
        search={search}
        show={(asked) => show(filterIn(asked))}
      >
        {state === "inactive" && <input type="hidden" name="state" value={state} />}
        <FilterSelect name="status" label="Status" value={status} any="Any status" options={statusLabels[state]} />
        <FilterSelect name="sort" label="Order" value={sort} options={sortLabels} />
      </LiveFilterBar>
    </search>
  );
}

const filterIn = (asked: FormData): Filter => readFilter({ get: (name) => asked.get(name)?.toString() ?? null });
