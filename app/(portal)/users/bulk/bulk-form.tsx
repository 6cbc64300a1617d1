"use client";

import { AccountInput } from "#components/forms/account-input.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { OutgrownQuestion } from "#components/forms/outgrown/question.tsx";
import { inAccount } from "#components/layout/acting-account.ts";
import { fallbackFormId, type Options } from "#components/lists/combobox/options.ts";
import { SearchSelect } from "#components/lists/combobox/search-select.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import type { BulkAction } from "#lib/people/users/bulk.ts";
import { changeTheseUsers } from "../actions.ts";
import type { BulkResult } from "../use-bulk.ts";
import { wayOf } from "./ways.ts";

/** Somebody who is ticked. */
export type Chosen = { id: string; fullName: string; username: string };

type BulkProps = { account?: string; action: BulkAction; people: Chosen[]; groups: Options };

/** Says who they are and does it; then how each of them fared, in place of the question. */
export function BulkForm({ account, action, people, groups }: BulkProps) {
  const { label, group, danger } = wayOf(action);
  return (
    <div className="card p-5 sm:p-6">
      <Form
        action={changeTheseUsers}
        keep
        className="grid gap-5 has-[+[data-outcome]]:hidden"
        whenDone={({ results }) => <Outcome results={results} people={people} account={account} />}
      >
        <AccountInput account={account} />
        <input type="hidden" name="action" value={action} />
        <ul className="list-disc pl-5">
          {people.map(({ id, fullName, username }) => (
            <li key={id} className="wrap-anywhere">
              <input type="hidden" name="userIds" value={id} />
              {fullName} <span className="text-muted">{username}</span>
            </li>
          ))}
        </ul>
        {group && (
          <SearchSelect
            name="groupId"
            label="Group"
            empty="Choose a group"
            options={groups}
            account={account}
            form={fallbackFormId}
          />
        )}
        <OutgrownQuestion />
        <div className="flex flex-wrap justify-end gap-2.5">
          <ButtonLink href={inAccount("/users", account)}>Cancel</ButtonLink>
          <SubmitButton tone={danger ? "danger" : "primary"} busy="Working…">
            {label}
          </SubmitButton>
        </div>
      </Form>
    </div>
  );
}

function Outcome({ results, people, account }: { results: BulkResult[]; people: Chosen[]; account?: string }) {
  const refused = results.filter(({ done }) => !done);
  const nameOf = (userId: string) => people.find(({ id }) => id === userId)?.fullName ?? userId;
  const words = `${results.length - refused.length} done${refused.length ? `, ${refused.length} not` : ""}`;
  return (
    <div data-outcome className="grid gap-5">
      <Alert tone={refused.length ? "warn" : "good"} title={words} live>
        <ul className="list-disc pl-5">
          {refused.map(({ userId, message }) => (
            <li key={userId} className="wrap-anywhere">
              {`${nameOf(userId)}: ${message}`}
            </li>
          ))}
        </ul>
      </Alert>
      <div>
        <ButtonLink href={inAccount("/users", account)}>Back to the users</ButtonLink>
      </div>
    </div>
  );
}
