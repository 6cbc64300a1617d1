import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { HiddenFields } from "#components/forms/hidden-fields.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Proposal } from "#lib/accounts/relations/list.ts";
import { agreeToRelation, dropProposal } from "../../actions.ts";
import { proposedLabels } from "./labels.ts";

type ProposalsProps = { items: Proposal[]; accountId: string; mayChange: boolean };

/** What waits for an answer, ours or theirs. */
export function Proposals({ items, accountId, mayChange }: ProposalsProps) {
  if (!items.length) return <p className="px-5 py-5 text-muted sm:px-6">Nothing waits for an answer.</p>;
  return (
    <ul className="divide-y divide-line">
      {items.map((proposal) => (
        <li key={proposal.id} className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-5 py-4 sm:px-6">
          <Terms proposal={proposal} />
          {mayChange && <Answer proposal={proposal} accountId={accountId} />}
        </li>
      ))}
    </ul>
  );
}

const nameOf = ({ account: { id, name } }: Proposal) => name ?? `account ${id}`;

function Terms({ proposal }: { proposal: Proposal }) {
  const { account, kind, side, rightsInWords, message, incoming, expiresAt } = proposal;
  return (
    <div className="min-w-0 max-w-prose">
      <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        {account.name && <span className="font-medium wrap-anywhere">{account.name}</span>}
        <span className="font-mono text-xs text-muted tabular-nums">{account.id}</span>
        <Badge>{proposedLabels[kind][side]}</Badge>
        <Badge tone={incoming ? "warn" : "neutral"}>{incoming ? "Waits for you" : "Waits for them"}</Badge>
      </p>
      {rightsInWords.length > 0 && <p className="mt-1 text-muted">{rightsInWords.join("; ")}</p>}
      {message && <p className="mt-1 wrap-anywhere">“{message}”</p>}
      <p className="hint">
        falls through <Time iso={expiresAt} as="relative" />
      </p>
    </div>
  );
}

function Answer({ proposal, accountId }: { proposal: Proposal; accountId: string }) {
  const fields = { accountId, id: proposal.id };
  return (
    <div className="flex flex-wrap gap-2">
      {proposal.incoming && (
        <ConfirmButton
          id={`agree-${proposal.id}`}
          small
          label="Agree…"
          describes={`to what ${nameOf(proposal)} proposes`}
          buttonTone="secondary"
          tone="primary"
          title={`Agree with ${nameOf(proposal)}?`}
          action={agreeToRelation}
          fields={fields}
          verb="Agree"
          busy="Agreeing…"
          success={`Agreed with ${nameOf(proposal)}`}
        >
          <Meaning proposal={proposal} />
        </ConfirmButton>
      )}
      <Form action={dropProposal} success={proposal.incoming ? "Declined" : "Withdrawn"} className="contents">
        <HiddenFields fields={fields} />
        <SubmitButton
          tone="secondary"
          small
          busy={proposal.incoming ? "Declining…" : "Withdrawing…"}
          aria-label={`${proposal.incoming ? "Decline" : "Withdraw"}: ${nameOf(proposal)}`}
        >
          {proposal.incoming ? "Decline" : "Withdraw"}
        </SubmitButton>
      </Form>
    </div>
  );
}

/** What agreeing comes to, in rights. */
function Meaning({ proposal }: { proposal: Proposal }) {
  const { kind, side, rightsInWords } = proposal;
  if (kind === "bills_to") return "It only says who pays. Nobody gets a right by it, and either side can end it.";
  const [who, where] =
    side === "managing"
      ? ["People of this account", `in ${nameOf(proposal)}`]
      : [`People of ${nameOf(proposal)}`, "here"];
  return (
    <span>
      {who} whose roles allow it may then, {where}: {rightsInWords.join("; ").toLowerCase()}. Both logs show what they
      do. Either side can take rights or end it at any time.
    </span>
  );
}
