import type { ComponentProps } from "react";
import { Button } from "#components/ui/button.tsx";

type BarProps = {
  /** The button, where the list does not follow by itself. */
  verb?: string;
} & ComponentProps<"form">;

/** Filters a list: a form that asks for the page anew, with or without scripts. Give it a `key` of what is shown. */
export const FilterBar = ({ verb = "Apply", children, ...rest }: BarProps) => (
  <form {...rest} className="flex flex-wrap items-end gap-2.5">
    <div className="contents">{children}</div>
    <Button type="submit">{verb}</Button>
  </form>
);
