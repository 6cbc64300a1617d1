import { FilterBar } from "#components/lists/filter-bar.tsx";
import { SearchField } from "#components/lists/filter-fields.tsx";
import { FilterField, LogFilters } from "#components/lists/log-filters.tsx";
import { Link } from "#components/ui/link.tsx";
import { kindWords } from "#lib/audit/security-log/words.ts";
import { type Filter, logPath } from "./filter.ts";

/** Filters the log. */
export function FilterForm({ filter: { kind, result, search, from, until, token } }: { filter: Filter }) {
  return (
    <search>
      <FilterBar key={logPath({ kind, result, search, from, until, token })} action="/security-log">
        {token && <OfToken id={token} />}
        <SearchField
          label="Search by what happened, address or device"
          placeholder="What happened, address or device"
          defaultValue={search}
        />
        <div className="flex w-full flex-wrap items-end gap-2.5">
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
        </div>
      </FilterBar>
    </search>
  );
}

function OfToken({ id }: { id: string }) {
  return (
    <p className="w-full">
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
