import { Search } from "lucide-react";
import { FilterField, LogFilters } from "#components/lists/filter-bar.tsx";
import { Button } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { kindWords } from "#lib/audit/security-log/words.ts";
import { type Filter, logPath } from "./filter.ts";

/** Filters the log; a form that asks for the page anew, with or without scripts. */
export function FilterForm({ filter: { kind, result, search, from, until, token } }: { filter: Filter }) {
  return (
    <search>
      <form action="/security-log" key={logPath({ kind, result, search, from, until, token })} className="grid gap-3">
        {token && <OfToken id={token} />}
        <label className="relative">
          <span className="sr-only">Search by what happened, address or device</span>
          <Search aria-hidden className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-faint" />
          <input
            type="search"
            name="search"
            data-shortcut="/"
            defaultValue={search}
            maxLength={100}
            placeholder="What happened, address or device"
            autoComplete="off"
            className="input pl-9"
          />
        </label>
        <div className="flex flex-wrap items-end gap-2.5">
          <FilterField label="Kind">
            <select name="kind" defaultValue={kind ?? ""} className="input">
              <option value="">Everything</option>
              {Object.entries(kindWords).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </FilterField>
          <LogFilters result={result} from={from} until={until} />
          <Button type="submit">Apply</Button>
        </div>
      </form>
    </search>
  );
}

function OfToken({ id }: { id: string }) {
  return (
    <p>
      <input type="hidden" name="token" value={id} />
      Only what happened to{" "}
      <Link href={`/tokens/${id}`} className="text-link">
        one API token
      </Link>
      .{" "}
      <Link href="/security-log" className="text-link">
        Show everything
      </Link>
    </p>
  );
}
