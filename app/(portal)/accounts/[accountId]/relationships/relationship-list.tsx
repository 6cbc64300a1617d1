import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { FormDialog } from "#components/forms/form-dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Time } from "#components/ui/time.tsx";
import type { DelegatedResources } from "#lib/accounts/relations/delegated-resources.ts";
import type { Relation } from "#lib/accounts/relations/list.ts";
import { endRelation, narrowRelation } from "../../actions.ts";
import { sideLabels } from "./labels.ts";
import { RightsKept } from "./rights-choice.tsx";

type AgreedProps = { items: Relation[]; accountId: string; mayChange: boolean };

/** What is agreed with other accounts, and the way out of it. */
export function RelationshipList({ items, accountId, mayChange }: AgreedProps) {
  if (!items.length) return <p className="px-5 py-5 text-muted sm:px-6">Nothing is agreed with any other account.</p>;
  return (
    <ul className="divide-y divide-line">
      {items.map((relation) => (
        <li
          key={`${relation.kind} ${relation.account.id}`}
          className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-5 py-4 sm:px-6"
        >
          <Terms relation={relation} />
          {mayChange && <Ways relation={relation} accountId={accountId} />}
        </li>
      ))}
    </ul>
  );
}

function Terms({ relation: { account, kind, side, rightsInWords, createdAt } }: { relation: Relation }) {
  return (
    <div className="min-w-0">
      <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span className="font-medium wrap-anywhere">{account.name}</span>
        <span className="font-mono text-xs text-muted tabular-nums">{account.id}</span>
        <Badge>{sideLabels[kind][side]}</Badge>
      </p>
      {rightsInWords.length > 0 && <p className="mt-1 text-muted">{rightsInWords.join("; ")}</p>}
      <p className="hint">
        agreed <Time iso={createdAt} as="relative" />
      </p>
    </div>
  );
}

function Ways({ relation, accountId }: { relation: Relation; accountId: string }) {
  const { account, kind } = relation;
  const fields = { accountId, kind, otherId: account.id };
  const narrow = `narrow-${account.id}`;
  return (
    <div className="flex flex-wrap gap-2">
      {kind === "managed" && (
        <>
          <Button opens={narrow} small aria-label={`Take rights from the relationship with ${account.name}`}>
            Take rights…
          </Button>
          <FormDialog
            id={narrow}
            title={`Rights agreed with ${account.name}`}
            action={narrowRelation}
            fields={fields}
            success="The rights are taken"
            verb="Save"
            busy="Saving…"
          >
            <RightsKept rights={relation.rights} />
            <p className="hint">
              What waits to be agreed on between the two ends with it. <span>{madeWords(relation)}</span>
            </p>
          </FormDialog>
        </>
      )}
      <ConfirmButton
        id={`end-${kind}-${account.id}`}
        small
        label="End…"
        describes={`the relationship with ${account.name}`}
        title={`End the relationship with ${account.name}?`}
        action={endRelation}
        fields={fields}
        verb="End it"
        busy="Ending…"
        success={`The relationship with ${account.name} is over`}
        typed={kind === "managed" ? account.name : undefined}
      >
        <Consequences relation={relation} />
      </ConfirmButton>
    </div>
  );
}

/** What ends with it, for the side that is asked. */
function Consequences({ relation }: { relation: Relation }) {
  const { account, kind, side, rightsInWords } = relation;
  if (kind === "bills_to") return "Who pays for whom is no longer on record. Nobody loses a right by it.";
  const [who, where] =
    side === "managing" ? ["people of this account", `in ${account.name}`] : [`people of ${account.name}`, "here"];
  return (
    <span>
      From their next request on, {who}, their tokens and programs can do nothing {where} any more, and whoever acts as
      somebody else there is out. They lose: {rightsInWords.join("; ").toLowerCase()}.{" "}
      <span>{madeWords(relation)}</span> To begin again, both sides have to agree anew.
    </span>
  );
}

const counted = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

/** What the managing side made: whatever opens something ends as well, the people stay. */
function madeWords({ account, made }: Relation): string {
  if (!made)
    return `What people of this account made in ${account.name} and know the secret of ends too: access keys, secrets of API users, gateways, one-time passwords, signing secrets of hooks, which are paused. The people whom they made stay.`;
  const ending = endings.filter(([what]) => made[what]).map(([what, one, many]) => counted(made[what], one, many));
  const ends = ending.length
    ? `Of what they made here, this ends too: ${ending.join(", ")}. Programs that use it stop.`
    : "They made nothing here that ends with it.";
  const people = `${counted(made.people, "person whom they made stays", "people whom they made stay")}, with all roles: look through the users afterwards.`;
  return made.people ? `${ends} ${people}` : ends;
}

const endings: [keyof DelegatedResources, one: string, many: string][] = [
  ["accessKeys", "access key", "access keys"],
  ["apiUsers", "secret of an API user", "secrets of API users"],
  ["gateways", "gateway", "gateways"],
  ["oneTime", "one-time password", "one-time passwords"],
  ["hooks", "hook's signing secret (the hook is paused)", "signing secrets of hooks (the hooks are paused)"],
];
