"use client";

import { type ChangeEvent, type ReactNode, type SyntheticEvent, useEffect, useRef, useState } from "react";
import { SearchField } from "#components/lists/filter-fields.tsx";
import { Button } from "#components/ui/button.tsx";
import type { Elements } from "#components/ui/elements.ts";

type LiveProps = {
  action: string;
  label: string;
  placeholder: string;
  search: string;
  icon?: Elements;
  /** Shows what the form asks for; `typing` while words are still being added. */
  show: (asked: FormData, typing?: boolean) => void;
  children: ReactNode;
};

const pause = 300;

/** A filter bar whose list follows while one types and picks; without scripts, by its button. */
export function LiveFilterBar({ action, search, show, children, ...field }: LiveProps) {
  const form = useRef<HTMLFormElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text, setText] = useText(search);
  useEffect(() => () => clearTimeout(timer.current), []);

  function apply(typing?: boolean) {
    clearTimeout(timer.current);
    if (form.current) show(new FormData(form.current), typing);
  }

  function typed({ target }: ChangeEvent<HTMLInputElement>) {
    setText(target.value);
    clearTimeout(timer.current);
    timer.current = setTimeout(apply, pause, true);
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    apply();
  }

  return (
    <form
      ref={form}
      action={action}
      onSubmit={submit}
      onChange={({ target }) => target instanceof HTMLSelectElement && apply()}
      className="flex flex-wrap items-end gap-2.5"
    >
      <SearchField {...field} value={text} onChange={typed} />
      <div className="contents">{children}</div>
      <noscript>
        <Button type="submit">Apply</Button>
      </noscript>
    </form>
  );
}

/** What is being typed, until the address says something that was not typed here: after Back, or Clear. */
function useText(search: string) {
  const [text, setText] = useState(search);
  const [seen, setSeen] = useState(search);
  if (search !== seen) {
    setSeen(search);
    if (search !== text.trim()) setText(search);
  }
  return [text, setText] as const;
}
