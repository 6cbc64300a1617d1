import { Search } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { accountsPath, type Filter } from "./filter.ts";

/** Filters the list; a form that asks for the page anew, with or without scripts. */
export function FilterForm({ filter }: { filter: Filter }) {
  return (
    <search>
      <form action="/accounts" key={accountsPath(filter)} className="flex flex-wrap gap-2.5">
        {filter.account && <input type="hidden" name="account" value={filter.account} />}
        <label className="relative w-full sm:w-auto sm:min-w-56 sm:flex-1">
          <span className="sr-only">Search by name or id</span>
          <Search aria-hidden className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-faint" />
          <input
            type="search"
            name="search"
            data-shortcut="/"
            defaultValue={filter.search}
            maxLength={100}
            placeholder="Name or id"
            autoComplete="off"
            className="input pl-9"
          />
        </label>
        <Choice name="active" label="Status" value={filter.active} words={["Any status", "Active", "Inactive"]} />
        <Choice
          name="mfaRequired"
          label="Second factor"
          value={filter.mfaRequired}
          words={["Any MFA", "MFA demanded", "MFA not demanded"]}
        />
        <Button type="submit">Apply</Button>
      </form>
    </search>
  );
}

type ChoiceProps = { name: string; label: string; value?: string; words: [any: string, yes: string, no: string] };

function Choice({ name, label, value, words: [any, yes, no] }: ChoiceProps) {
  return (
    <label className="flex-1 sm:flex-none">
      <span className="sr-only">{label}</span>
      <select name={name} defaultValue={value ?? ""} className="input">
        <option value="">{any}</option>
        <option value="true">{yes}</option>
        <option value="false">{no}</option>
      </select>
    </label>
  );
}
