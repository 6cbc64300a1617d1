import { Search } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import type { Elements } from "#components/ui/elements.ts";

type BarProps = {
  /** The page of the list. */
  action: string;
  /** The account acted in, which the address keeps. */
  account?: string;
  children: ReactNode;
  /** The button, where the list does not follow by itself. */
  verb?: string;
} & Omit<ComponentProps<"form">, "action">;

/** Filters a list: a form that asks for the page anew, with or without scripts. Give it a `key` of what is shown. */
export function FilterBar({ action, account, children, verb = "Apply", ...rest }: BarProps) {
  return (
    <form {...rest} action={action} className="flex flex-wrap items-end gap-2.5">
      {account && <input type="hidden" name="account" value={account} />}
      {children}
      {verb && <Button type="submit">{verb}</Button>}
    </form>
  );
}

type SearchProps = {
  /** What can be searched by; also stands in the field while it is empty, unless `placeholder` says it shorter. */
  label: string;
  placeholder?: string;
  /** As wide as the list, with the filters below. */
  wide?: boolean;
  /** In place of the magnifying glass. */
  icon?: Elements;
} & ComponentProps<"input">;

/** The search field of a filter bar. The key `/` leads to the first of a page. */
export function SearchField({ label, placeholder = label, wide, icon, ...rest }: SearchProps) {
  return (
    <label className={`relative w-full ${wide ? "" : "sm:w-auto sm:min-w-56 sm:flex-1"}`}>
      <span className="sr-only">{label}</span>
      <span className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-faint [&>svg]:size-4">
        {icon || <Search aria-hidden />}
      </span>
      <input
        name="search"
        data-shortcut="/"
        {...rest}
        type="search"
        maxLength={100}
        placeholder={placeholder}
        autoComplete="off"
        className="input pl-9"
      />
    </label>
  );
}

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
