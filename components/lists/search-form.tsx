import { Search } from "lucide-react";
import { Button } from "#components/ui/button.tsx";

type SearchProps = { action: string; label: string; search: string; account?: string };

/** Searches a list: a form that asks for the page anew, with or without scripts. */
export function SearchForm({ action, label, search, account }: SearchProps) {
  return (
    <search>
      <form action={action} key={search} className="flex flex-wrap gap-2.5">
        {account && <input type="hidden" name="account" value={account} />}
        <label className="relative min-w-48 flex-1">
          <span className="sr-only">{label}</span>
          <Search aria-hidden className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-faint" />
          <input
            type="search"
            name="search"
            data-shortcut="/"
            defaultValue={search}
            maxLength={100}
            placeholder={label}
            autoComplete="off"
            className="input pl-9"
          />
        </label>
        <Button type="submit">Search</Button>
      </form>
    </search>
  );
}
