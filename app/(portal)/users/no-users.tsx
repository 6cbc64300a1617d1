import { SearchX, UsersRound } from "lucide-react";
import { inAccount } from "#components/layout/acting-account.ts";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { type Filter, isFiltered, statusLabels, usersPath } from "./filter.ts";

/** Why there is nobody to see, and what to do about it. */
export function NoUsers({ filter }: { filter: Filter }) {
  if (isFiltered(filter)) return <NoMatch filter={filter} />;
  return (
    <EmptyState
      icon={<UsersRound aria-hidden />}
      title="Nobody is here yet"
      actions={
        <>
          <ButtonLink href={inAccount("/users/new", filter.account)} tone="primary" data-shortcut="n">
            Invite somebody
          </ButtonLink>
          <ButtonLink href={inAccount("/users/import", filter.account)}>Import a CSV file</ButtonLink>
        </>
      }
    >
      People sign in to this account with what you give them: an invitation by mail, or a one-time password.
    </EmptyState>
  );
}

function NoMatch({ filter: { search, status, sort, account } }: { filter: Filter }) {
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="Nobody matches"
      actions={<ButtonLink href={usersPath({ sort, account })}>Clear search and filters</ButtonLink>}
    >
      {search ? (
        <span>
          You asked for “<span className="wrap-anywhere text-text">{search}</span>”
          <span>{status ? ` with the status ${statusLabels[status]}.` : "."}</span>
        </span>
      ) : (
        "Nobody is as you asked for."
      )}
    </EmptyState>
  );
}
