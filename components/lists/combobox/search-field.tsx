"use client";

import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { fetchOptions } from "./fetch-options.ts";
import { maxOptions, type Option, type Options } from "./options.ts";

const words = { roles: "roles", groups: "groups", "api-users": "API users", accounts: "accounts", tokens: "tokens" };
const pause = 300;

type FindProps = {
  options: Options;
  account?: string;
  /** The form that asks for the page anew where there are no scripts; the one around it when left out. */
  form?: string;
  onFound: (found: Option[]) => void;
};

/** Looks for things to choose from while one types; without scripts, a search by its own button. */
export function OptionSearch({ options, account, form, onFound }: FindProps) {
  const { of, find } = options;
  const [busy, setBusy] = useState(false);
  const [said, say] = useState(inWords(options, find));
  const asking = useRef<AbortController>(undefined);
  useEffect(() => () => asking.current?.abort(), []);

  async function ask(typed: string) {
    asking.current?.abort();
    asking.current = new AbortController();
    const { signal } = asking.current;
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (signal.aborted) return;
    setBusy(true);
    try {
      const found = await fetchOptions(of, typed.trim(), account, signal);
      say(inWords(found, typed));
      onFound(found.items);
    } catch {
      if (!signal.aborted) say("That could not be looked for. Try again.");
    } finally {
      if (!signal.aborted) setBusy(false);
    }
  }

  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap gap-2.5">
        <label className="relative min-w-40 flex-1">
          <span className="sr-only">Find {words[of]}</span>
          <span className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-faint [&>svg]:size-4">
            {busy ? <Spinner /> : <Search aria-hidden />}
          </span>
          <input
            type="search"
            name={`find-${of}`}
            form={form}
            defaultValue={find}
            maxLength={100}
            placeholder={`Find ${words[of]}`}
            autoComplete="off"
            className="input pl-9"
            onChange={(event) => ask(event.target.value)}
            onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
          />
        </label>
        <noscript>
          <Button type="submit" form={form} formNoValidate>
            Find
          </Button>
        </noscript>
      </div>
      <p role="status" className="hint">
        {said}
      </p>
      {form && (
        <noscript>
          <p className="hint">Find before you fill in the rest: it is not kept.</p>
        </noscript>
      )}
    </div>
  );
}

function inWords({ items, more }: Pick<Options, "items" | "more">, find: string): string {
  if (items.length === 0) return "Nothing matches.";
  if (more) return `The first ${maxOptions} by name are offered: type to find others.`;
  return find ? `${items.length} found.` : "";
}
