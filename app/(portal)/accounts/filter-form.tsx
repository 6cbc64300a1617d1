import { FilterBar } from "#components/lists/filter-bar.tsx";
import { FilterSelect, SearchField } from "#components/lists/filter-fields.tsx";
import { KeptAccount } from "#components/lists/kept-account.tsx";
import { accountsPath, type Filter } from "./filter.ts";

/** Filters the list. */
export function FilterForm({ filter }: { filter: Filter }) {
  const { account, search, active, mfaRequired } = filter;
  return (
    <search>
      <FilterBar key={accountsPath(filter)} action="/accounts">
        <KeptAccount account={account} />
        <SearchField label="Search by name or id" placeholder="Name or id" defaultValue={search} />
        <FilterSelect name="active" label="Status" value={active} any="Any status" options={statusLabels} />
        <FilterSelect name="mfaRequired" label="Second factor" value={mfaRequired} any="Any MFA" options={mfaLabels} />
      </FilterBar>
    </search>
  );
}

const statusLabels = { true: "Active", false: "Inactive" };
const mfaLabels = { true: "MFA demanded", false: "MFA not demanded" };
