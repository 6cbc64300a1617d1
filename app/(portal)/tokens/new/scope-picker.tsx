"use client";

import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Checkbox, Fieldset } from "#components/ui/choice.tsx";
import { useTyped } from "#components/ui/form-context.ts";
import type { Offer } from "./draft.ts";
import { abilities, groupsOf } from "./scope-labels.ts";

type PickerProps = { offers: Offer[]; chosen: string[] };

/** The catalogue of scopes to choose from, and what the choice comes to. */
export function ScopePicker({ offers, chosen }: PickerProps) {
  const grid = useRef<HTMLDivElement>(null);
  const [ticked, setTicked] = useState(useTyped("scopes")?.split("\n") ?? chosen);
  const [search, setSearch] = useState("");
  const look = () => setTicked(grid.current ? ticksIn(grid.current) : []);

  // What was ticked before this script ran.
  useEffect(() => setTicked(grid.current ? ticksIn(grid.current) : []), []);

  return (
    <div className="card">
      <div className="p-5 sm:p-6">
        <Fieldset name="scopes" legend="Scopes" hint="Choose as little as will do." required>
          <ScopeSearch search={search} setSearch={setSearch} />
          <div ref={grid} onChange={look} className="grid gap-6">
            {groupsOf(offers).map(({ title, offers }) => (
              <ScopeGroup key={title} title={title} offers={offers} chosen={chosen} ticked={ticked} search={search} />
            ))}
          </div>
          {!offers.some((offer) => fits(offer, search)) && (
            <p className="text-muted">No scope has “{search}” in its name or its sentence.</p>
          )}
        </Fieldset>
      </div>
      <Outcome offers={offers.filter(({ name }) => ticked.includes(name))} />
    </div>
  );
}

const ticksIn = (grid: HTMLElement) =>
  [...grid.querySelectorAll<HTMLInputElement>("input:checked")].map(({ value }) => value);

type SearchProps = { search: string; setSearch: (search: string) => void };

function ScopeSearch({ search, setSearch }: SearchProps) {
  return (
    <label className="needs-script relative mb-1.5">
      <span className="sr-only">Search scopes</span>
      <Search aria-hidden className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-faint" />
      <input
        type="search"
        value={search}
        placeholder="Search scopes"
        autoComplete="off"
        onChange={(event) => setSearch(event.target.value)}
        // Searching is not yet creating.
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        className="input pl-9"
      />
    </label>
  );
}

type GroupProps = { title: string; offers: Offer[]; chosen: string[]; ticked: string[]; search: string };

/** A group of scopes. What is ticked stays in sight, whatever is searched for. */
function ScopeGroup({ title, offers, chosen, ticked, search }: GroupProps) {
  const isShown = (offer: Offer) => fits(offer, search) || ticked.includes(offer.name);
  return (
    <fieldset hidden={!offers.some(isShown)} className="min-w-0">
      <legend className="w-full border-b border-line pb-1.5 text-xs font-medium text-muted">{title}</legend>
      <div className="mt-3 grid gap-x-8 gap-y-3.5 sm:grid-cols-2">
        {offers.map((offer) => (
          <div key={offer.name} hidden={!isShown(offer)}>
            <ScopeBox offer={offer} chosen={chosen.includes(offer.name)} />
          </div>
        ))}
      </div>
    </fieldset>
  );
}

function ScopeBox({ offer: { name, sentence, available }, chosen }: { offer: Offer; chosen: boolean }) {
  const idle = available === false;
  return (
    <Checkbox
      name="scopes"
      value={name}
      label={name}
      defaultChecked={chosen}
      disabled={idle}
      description={
        <>
          <span>{sentence}</span>
          {idle && <span className="block font-medium">Your roles allow nothing of this.</span>}
        </>
      }
    />
  );
}

function fits({ name, sentence }: Offer, search: string) {
  return `${name} ${sentence}`.toLowerCase().includes(search.trim().toLowerCase());
}

/** What the choice comes to, in a sentence. The sentence is long, so only the count is announced. */
function Outcome({ offers }: { offers: Offer[] }) {
  return (
    <footer className="needs-script rounded-b-card border-t border-line bg-sunken px-5 py-3.5 leading-relaxed sm:px-6">
      {offers.length === 0 ? (
        <span className="text-muted">Nothing is chosen yet: this token could do nothing.</span>
      ) : (
        <span>
          <span className="text-muted">This token will be able to </span>
          <span>{abilities(offers)}</span>
        </span>
      )}
      <span role="status" className="sr-only">
        {offers.length === 1 ? "1 scope chosen" : `${offers.length} scopes chosen`}
      </span>
    </footer>
  );
}
