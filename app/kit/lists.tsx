"use client";

import { Inbox } from "lucide-react";
import { MultiSelect } from "#components/lists/combobox/multi-select.tsx";
import type { Options } from "#components/lists/combobox/options.ts";
import { SearchSelect } from "#components/lists/combobox/search-select.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { Exports } from "#components/lists/exports.tsx";
import { FilterBar } from "#components/lists/filter-bar.tsx";
import { FilterSelect, SearchField } from "#components/lists/filter-fields.tsx";
import { ListRow } from "#components/lists/list-row.tsx";
import { LiveFilterBar } from "#components/lists/live-filter-bar.tsx";
import { NotRefreshed } from "#components/lists/live-list/not-refreshed.tsx";
import { LogFilters } from "#components/lists/log-filters.tsx";
import { Pager } from "#components/lists/pager.tsx";
import { SearchForm } from "#components/lists/search-form.tsx";
import { SystemIcon } from "#components/lists/system-icon.tsx";
import { Button } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card } from "#components/ui/card.tsx";
import { Fieldset } from "#components/ui/choice.tsx";

const items = ["Engineering", "Sales", "Support"].map((name) => ({ id: name, name }));
const few: Options = { of: "groups", items, more: false, find: "" };
const many: Options = { ...few, of: "roles", more: true };

/** What lists are filtered by, paged by and made of. */
export function Lists() {
  return (
    <>
      <Filters />
      <Chosen />
      <Card id="list" title="A list">
        <ul className="grid gap-4">
          <ListRow words="One thing about somebody.">
            <Button small>Change it</Button>
          </ListRow>
          <li className="flex gap-3">
            <SystemIcon icon="git" kind="git-https" />
            <SystemIcon icon="" kind="database" />
          </li>
        </ul>
        <Pager cursor="second" next="third" pathOf={(cursor) => (cursor ? `/kit?cursor=${cursor}` : "/kit")} />
        <NotRefreshed signedOut={false} since={0} again={() => {}} />
        <Exports path="/kit" fields={[]} filtered />
      </Card>
      <Card flush>
        <EmptyState icon={<Inbox />} title="Nothing yet" actions={<ButtonLink href="/kit">Make the first</ButtonLink>}>
          What would stand here, and how it comes about.
        </EmptyState>
      </Card>
    </>
  );
}

const Filters = () => (
  <Card id="filters" title="Filter bars">
    <div className="grid gap-5">
      <SearchForm action="/kit" label="Name" search="" />
      <FilterBar action="/kit">
        <SearchField label="Name or id" />
        <FilterSelect name="status" label="Status" any="Any status" options={{ active: "Active" }} />
        <LogFilters />
      </FilterBar>
      <LiveFilterBar action="/kit" label="Search while typing" placeholder="Type" search="" show={() => {}}>
        <FilterSelect name="sort" label="Order" value="name" options={{ name: "Name" }} />
      </LiveFilterBar>
    </div>
  </Card>
);

const Chosen = () => (
  <Card id="comboboxes" title="Choosing from few and from many">
    <form className="grid gap-5">
      <Fieldset name="groupIds" legend="Groups">
        <MultiSelect name="groupIds" options={few} held={items.slice(0, 1)} />
      </Fieldset>
      <SearchSelect name="roleId" label="Role" empty="Choose a role" options={many} />
    </form>
  </Card>
);
