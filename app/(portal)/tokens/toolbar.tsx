"use client";

import { Search } from "lucide-react";
import { type ReactNode, type SyntheticEvent, useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { type Filter, readFilter, sortLabels, statusLabels } from "./filter.ts";

type ToolbarProps = {
  filter: Filter;
  show: (filter: Filter) => void;
  /** The moment to make ready what another list needs. */
  onFocus: () => void;
};

const pause = 250;

/** Search, status and order: a form that asks for the page anew; where there are scripts, while one types. */
export function Toolbar({ filter, show, onFocus }: ToolbarProps) {
  const { state, status, sort } = filter;
  const form = useRef<HTMLFormElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text, setText] = useText(filter.search);
  useEffect(() => () => clearTimeout(timer.current), []);

  function apply() {
    clearTimeout(timer.current);
    if (form.current) show(answersOf(form.current));
  }

  function applySoon() {
    clearTimeout(timer.current);
    timer.current = setTimeout(apply, pause);
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    apply();
  }

  return (
    <search onFocus={onFocus}>
      <form ref={form} action="/tokens" onSubmit={submit} className="flex flex-wrap gap-2.5">
        {state === "inactive" && <input type="hidden" name="state" value={state} />}
        <label className="relative w-full sm:w-auto sm:min-w-56 sm:flex-1">
          <span className="sr-only">Search by name, description or last four characters</span>
          <Search aria-hidden className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-faint" />
          <input
            type="search"
            name="search"
            data-shortcut="/"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              applySoon();
            }}
            maxLength={100}
            placeholder="Name, description or last four characters"
            autoComplete="off"
            className="input pl-9"
          />
        </label>
        <Choice name="status" label="Status" value={status} onPick={apply}>
          <option value="">Any status</option>
          <Options words={statusLabels[state]} />
        </Choice>
        <Choice name="sort" label="Order" value={sort} onPick={apply}>
          <Options words={sortLabels} />
        </Choice>
        <noscript>
          <Button type="submit">Apply</Button>
        </noscript>
      </form>
    </search>
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

function answersOf(form: HTMLFormElement): Filter {
  const answers = new FormData(form);
  const get = (name: string) => answers.get(name)?.toString() ?? null;
  return readFilter({ get });
}

type ChoiceProps = { name: string; label: string; value: string; onPick: () => void; children: ReactNode };

function Choice({ name, label, value, onPick, children }: ChoiceProps) {
  return (
    <label className="flex-1 sm:flex-none">
      <span className="sr-only">{label}</span>
      <select key={value} name={name} defaultValue={value} onChange={onPick} className="input">
        {children}
      </select>
    </label>
  );
}

const Options = ({ words }: { words: Record<string, string> }) =>
  Object.entries(words).map(([value, label]) => (
    <option key={value} value={value}>
      {label}
    </option>
  ));
