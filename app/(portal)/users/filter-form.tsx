"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { hasOptions, type Option, type Options } from "#components/lists/combobox/options.ts";
import { useCombobox } from "#components/lists/combobox/use-combobox.tsx";
import { FilterSelect } from "#components/lists/filter-fields.tsx";
import { KeptAccount } from "#components/lists/kept-account.tsx";
import { LiveFilterBar } from "#components/lists/live-filter-bar.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { type Filter, mfaLabels, readFilter, signedInLabels, sortLabels, statusLabels, usersPath } from "./filter.ts";

type FilterFormProps = { filter: Filter; roles: Options; groups: Options };

/** Filters and orders the list. */
export function FilterForm({ filter, roles, groups }: FilterFormProps) {
  const { account, search = "", status, mfa, signedIn, sort = "name" } = filter;
  const router = useRouter();
  const [pending, start] = useTransition();
  const role = useCombobox(roles, [], { account });
  const group = useCombobox(groups, [], { account });

  function show(asked: FormData, typing?: boolean) {
    const path = usersPath({ ...filterIn(asked), account });
    start(() => (typing ? router.replace(path, { scroll: false }) : router.push(path, { scroll: false })));
  }

  return (
    <search aria-busy={pending}>
      <LiveFilterBar
        action="/users"
        label="Search by name, e-mail address or username"
        placeholder="Name, e-mail address or username"
        search={search}
        show={show}
        icon={pending && <Spinner />}
      >
        <KeptAccount account={account} />
        <div className="grid w-full grid-cols-2 gap-2.5 sm:grid-cols-3 lg:grid-cols-6">
          <FilterSelect name="status" label="Status" value={status} any="Any status" options={statusLabels} />
          {hasOptions(roles) && (
            <FilterSelect
              name="role"
              label="Role"
              value={filter.role}
              any="Any role"
              options={namesById(role.shown, filter.role)}
            />
          )}
          {hasOptions(groups) && (
            <FilterSelect
              name="group"
              label="Group"
              value={filter.group}
              any="Any group"
              options={namesById(group.shown, filter.group)}
            />
          )}
          <FilterSelect name="mfa" label="Two-factor" value={mfa} any="Two-factor" options={mfaLabels} />
          <FilterSelect
            name="signedIn"
            label="Last sign-in"
            value={signedIn}
            any="Any sign-in"
            options={signedInLabels}
          />
          <FilterSelect name="sort" label="Order" value={sort} options={sortLabels} />
        </div>
        {(role.field || group.field) && (
          <div className="grid w-full gap-2.5 sm:grid-cols-2">
            {role.field}
            {group.field}
          </div>
        )}
      </LiveFilterBar>
    </search>
  );
}

const filterIn = (asked: FormData): Filter =>
  readFilter(Object.fromEntries([...asked].map(([name, value]) => [name, String(value)])));

/** The names to choose from, and that there is one chosen which is not among them. */
const namesById = (options: Option[], chosen?: string): Record<string, string> => ({
  ...(chosen && { [chosen]: "The one chosen" }),
  ...Object.fromEntries(options.map(({ id, name }) => [id, name])),
});
