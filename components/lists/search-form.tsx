import { FilterBar } from "#components/lists/filter-bar.tsx";
import { SearchField } from "#components/lists/filter-fields.tsx";
import { KeptAccount } from "#components/lists/kept-account.tsx";

type SearchProps = { action: string; label: string; search: string; account?: string };

/** Searches a list that has no other filter. */
export function SearchForm({ action, label, search, account }: SearchProps) {
  return (
    <search>
      <FilterBar key={search} action={action} verb="Search">
        <KeptAccount account={account} />
        <SearchField label={label} defaultValue={search} />
      </FilterBar>
    </search>
  );
}
