"use client";

import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, type SyntheticEvent, useEffect, useRef, useState, useTransition } from "react";
import { hasOptions, type Option, type Options } from "#components/lists/combobox/options.ts";
import { useCombobox } from "#components/lists/combobox/use-combobox.tsx";
import { Button } from "#components/ui/button.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { type Filter, mfaLabels, readFilter, signedInLabels, sortLabels, statusLabels, usersPath } from "./filter.ts";

type FilterFormProps = { filter: Filter; roles: Options; groups: Options };

const pause = 300;

/** Narrows and orders the list: a form that asks for the page anew; where there are scripts, while one types. */
export function FilterForm({ filter, roles, groups }: FilterFormProps) {
  const { router, pending, start } = usePages();
  const role = useCombobox(roles, [], { account: filter.account });
  const group = useCombobox(groups, [], { account: filter.account });
  const form = useRef<HTMLFormElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text, setText] = useText(filter.search ?? "");
  useEffect(() => () => clearTimeout(timer.current), []);

  function show(typing: boolean) {
    clearTimeout(timer.current);
    if (!form.current) return;
    const path = usersPath({ ...answersOf(form.current), account: filter.account });
    start(() => (typing ? router.replace(path, { scroll: false }) : router.push(path, { scroll: false })));
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    show(false);
  }

  const pick = () => show(false);
  return (
    <search aria-busy={pending}>
      <form ref={form} action="/users" onSubmit={submit} className="grid gap-2.5">
        {filter.account && <input type="hidden" name="account" value={filter.account} />}
        <label className="relative">
          <span className="sr-only">Search by name, e-mail address or username</span>
          <span className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-faint [&>svg]:size-4">
            {pending ? <Spinner /> : <Search aria-hidden />}
          </span>
          <input
            type="search"
            name="search"
            data-shortcut="/"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              clearTimeout(timer.current);
              timer.current = setTimeout(show, pause, true);
            }}
            maxLength={100}
            placeholder="Name, e-mail address or username"
            autoComplete="off"
            className="input pl-9"
          />
        </label>
        <div className="grid grid-cols-2 gap-2.5 sm:grid-cols-3 lg:grid-cols-6">
          <Choice
            name="status"
            label="Status"
            value={filter.status}
            any="Any status"
            words={statusLabels}
            onPick={pick}
          />
          {hasOptions(roles) && (
            <Choice
              name="role"
              label="Role"
              value={filter.role}
              any="Any role"
              words={namesById(role.shown)}
              onPick={pick}
            />
          )}
          {hasOptions(groups) && (
            <Choice
              name="group"
              label="Group"
              value={filter.group}
              any="Any group"
              words={namesById(group.shown)}
              onPick={pick}
            />
          )}
          <Choice name="mfa" label="Two-factor" value={filter.mfa} any="Two-factor" words={mfaLabels} onPick={pick} />
          <Choice
            name="signedIn"
            label="Last sign-in"
            value={filter.signedIn}
            any="Any sign-in"
            words={signedInLabels}
            onPick={pick}
          />
          <Choice name="sort" label="Order" value={filter.sort ?? "name"} words={sortLabels} onPick={pick} />
          <noscript>
            <Button type="submit">Apply</Button>
          </noscript>
        </div>
        {(role.field || group.field) && (
          <div className="grid gap-2.5 sm:grid-cols-2">
            {role.field}
            {group.field}
          </div>
        )}
      </form>
    </search>
  );
}

function usePages() {
  const router = useRouter();
  const [pending, start] = useTransition();
  return { router, pending, start };
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

const answersOf = (form: HTMLFormElement): Filter =>
  readFilter(Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)])));

const namesById = (things: Option[]) => Object.fromEntries(things.map(({ id, name }) => [id, name]));

type ChoiceProps = {
  name: string;
  label: string;
  value?: string;
  /** The words for leaving nobody out. */
  any?: string;
  words: Record<string, string>;
  onPick: () => void;
};

function Choice({ name, label, value = "", any, words, onPick }: ChoiceProps): ReactNode {
  return (
    <label className="min-w-0 lg:flex-auto">
      <span className="sr-only">{label}</span>
      <select key={value} name={name} defaultValue={value} onChange={onPick} className="input truncate">
        {any && <option value="">{any}</option>}
        {value && !Object.hasOwn(words, value) && <option value={value}>The one chosen</option>}
        {Object.entries(words).map(([key, said]) => (
          <option key={key} value={key}>
            {said}
          </option>
        ))}
      </select>
    </label>
  );
}
