import { ArrowRightLeft, CircleSlash, ShieldCheck } from "lucide-react";
import { inAccount } from "#components/layout/acting-account.ts";
import { Badge } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Link } from "#components/ui/link.tsx";
import { Cell, Row, RowActions, RowHead, Table } from "#components/ui/table.tsx";
import type { ListedAccount } from "#lib/accounts/list.ts";

/** How an account stands to the one that is looked at. */
const relationshipWords: Record<ListedAccount["relationship"], string> = {
  own: "This account",
  managed: "Managed by it",
  managing: "Manages it",
  bills_to: "Pays for it",
};

/** Accounts, each with how it stands to the one looked at and the way into it. `own` is the reader's. */
export function AccountTable({ items, own }: { items: ListedAccount[]; own: string }) {
  return (
    <Table caption="Accounts" columns={["Account", "Relationship", "State", null]}>
      {items.map((item) => (
        <Row key={item.id}>
          <RowHead>
            <AccountName {...item} />
          </RowHead>
          <Cell label="Relationship">{relationshipWords[item.relationship]}</Cell>
          <Cell label="State">
            {item.account ? <State {...item.account} /> : <span className="hint">Not yours to see</span>}
          </Cell>
          <RowActions>
            {item.open && item.id !== own && (
              <ButtonLink href={inAccount("/users", item.id)} small aria-label={`Act in ${item.name}`}>
                <ArrowRightLeft aria-hidden /> Act in it
              </ButtonLink>
            )}
          </RowActions>
        </Row>
      ))}
    </Table>
  );
}

function AccountName({ id, name, open }: ListedAccount) {
  return (
    <div className="@4xl:min-w-48">
      {open ? (
        <Link href={`/accounts/${id}`} className="font-medium text-text no-underline hover:underline wrap-anywhere">
          {name}
        </Link>
      ) : (
        <span className="font-medium wrap-anywhere">{name}</span>
      )}
      <p className="font-mono text-xs leading-5 text-muted tabular-nums">{id}</p>
    </div>
  );
}

/** Whether an account is active, and whether it requires a second factor. */
export function State({ active, mfaRequired }: { active: boolean; mfaRequired: boolean }) {
  return (
    <span className="inline-flex flex-wrap gap-1.5 align-middle">
      <Badge tone={active ? "good" : "danger"} icon={active ? undefined : <CircleSlash aria-hidden />}>
        {active ? "Active" : "Inactive"}
      </Badge>
      {mfaRequired && (
        <Badge tone="info" icon={<ShieldCheck aria-hidden />}>
          MFA demanded
        </Badge>
      )}
    </span>
  );
}
