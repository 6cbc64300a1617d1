import type { Elements } from "#components/ui/elements.ts";

/** One of the filters of a bar with its label above the control. */
export function FilterField({ label, children }: { label: string; children: Elements }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="grid min-w-36 flex-1 gap-1">
      <span className="label">{label}</span>
      {children}
    </label>
  );
}

type LogFilterProps = { result?: string; from?: string; until?: string };

/** What every log can be filtered by: how it went, and from which day until which. */
export function LogFilters({ result, from, until }: LogFilterProps) {
  return (
    <>
      <FilterField label="Result">
        <select name="result" defaultValue={result ?? ""} className="input">
          <option value="">Both</option>
          <option value="done">Done</option>
          <option value="refused">Refused</option>
        </select>
      </FilterField>
      <FilterField label="From">
        <input type="date" name="from" defaultValue={from} className="input" />
      </FilterField>
      <FilterField label="Until">
        <input type="date" name="until" defaultValue={until} className="input" />
      </FilterField>
    </>
  );
}
