import { FilterBar, SearchField } from "#components/lists/filter-bar.tsx";

type SearchProps = { action: string; label: string; search: string; account?: string };

/** Searches a list that has no other filter. */
export function SearchForm({ action, label, search, account }: SearchProps) {
  return (
    <search>
      <FilterBar key={search} action={action} account={account} verb="Search">
        <SearchField label={label} defaultValue={search} />
      </FilterBar>
    </search>
  );
}
