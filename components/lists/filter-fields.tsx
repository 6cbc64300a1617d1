import { Search } from "lucide-react";
import type { ComponentProps } from "react";
import type { Elements } from "#components/ui/elements.ts";

type SearchProps = {
  /** What can be searched by; also stands in the field while it is empty, unless `placeholder` says it shorter. */
  label: string;
  /** In place of the magnifying glass. */
  icon?: Elements;
} & ComponentProps<"input">;

/** The search field of a filter bar. The key `/` leads to the first of a page. */
export const SearchField = ({ label, icon, ...rest }: SearchProps) => (
  <label className="relative w-full sm:w-auto sm:min-w-56 sm:flex-1">
    <span className="sr-only">{label}</span>
    <span className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-faint [&>svg]:size-4">
      {icon || <Search aria-hidden />}
    </span>
    <input
      type="search"
      name="search"
      data-shortcut="/"
      placeholder={label}
      maxLength={100}
      autoComplete="off"
      className="input pl-9"
      {...rest}
    />
  </label>
);

type SelectProps = {
  name: string;
  label: string;
  value?: string;
  /** The words for leaving nothing out. */
  any?: string;
  options: Record<string, string>;
};

/** One of the filters of a bar, whose words say by themselves what they are about. */
export function FilterSelect({ name, label, value = "", any, options }: SelectProps) {
  return (
    <label className="min-w-0 flex-1 sm:flex-none">
      <span className="sr-only">{label}</span>
      <select key={value} name={name} defaultValue={value} className="input truncate">
        {any && <option value="">{any}</option>}
        {Object.entries(options).map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
