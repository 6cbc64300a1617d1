import { ArrowRightLeft, Network } from "lucide-react";
import { notFound } from "next/navigation";
import { inAccount } from "#components/layout/acting-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import { getAccount } from "#lib/accounts/get.ts";
import { rightInWords } from "#lib/accounts/relations/rights.ts";
import { verdict } from "#lib/core/actor.ts";
import { coveringIn, permissionOf } from "#lib/core/permissions.ts";
import { type PageQuery, read, signedIn } from "#lib/http/next/page.ts";
import { portalPage } from "../../portal-page.tsx";
import { State } from "../account-table.tsx";
import { Activity, General } from "./general.tsx";
import { PoliciesForm } from "./policies-form.tsx";
import { policyLabels, policyNames, saidOf } from "./policy-fields.ts";

export const metadata = { title: "Account" };

const change = "update:account";
const accountNumber = /^[1-9][0-9]{7}$/;

type PageProps = { params: Promise<{ accountId: string }>; searchParams: PageQuery };

export default portalPage(AccountPage);

async function AccountPage({ params, searchParams }: PageProps) {
  const { accountId } = await params;
  if (!accountNumber.test(accountId)) notFound();
  const query = await searchParams;
  const [actor, account] = [await signedIn(), await read(getAccount, { accountId })];
  const isAgreed = account.rights?.some(coveringIn(permissionOf(change, "managed"), accountId)) ?? true;
  const mayChange = isAgreed && verdict(actor, change, accountId).allowed;
  return (
    <div className="max-w-3xl">
      <PageHeader
        back={{ href: "/accounts", label: "Accounts" }}
        title={account.name}
        badge={<State {...account} />}
        actions={
          <>
            <ButtonLink href={`/accounts/${accountId}/relationships`}>
              <Network aria-hidden /> Relationships
            </ButtonLink>
            {account.rights && (
              <ButtonLink href={inAccount("/users", accountId)}>
                <ArrowRightLeft aria-hidden /> Act in it
              </ButtonLink>
            )}
          </>
        }
      />
      <div className="grid gap-6">
        <Said made={query.made !== undefined} saved={query.saved !== undefined} />
        <Card>
          <Facts>
            <Fact name="Id">
              <span className="font-mono tabular-nums">{account.id}</span>
            </Fact>
            <Fact name="Made">
              <Time iso={account.createdAt} as="date" />
            </Fact>
            {account.rights && <Fact name="You may">{account.rights.map(rightInWords).join("; ")}</Fact>}
          </Facts>
        </Card>
        {mayChange ? (
          <>
            <General account={account} />
            <Card id="policies" title="Policies" description="Before anything is saved, you are told whom it concerns.">
              <PoliciesForm account={account} />
            </Card>
            {account.rights && <Activity account={account} />}
          </>
        ) : (
          <Card id="policies" title="Policies">
            <Facts>
              {policyNames.map((name) => (
                <Fact key={name} name={policyLabels[name].label}>
                  {saidOf(account, name)}
                </Fact>
              ))}
            </Facts>
          </Card>
        )}
      </div>
    </div>
  );
}

function Said({ made, saved }: { made: boolean; saved: boolean }) {
  if (!made && !saved) return null;
  return (
    <Alert tone="good" live title={made ? "The account is made" : "The policies are saved"}>
      {made && "Its first administrator is invited by mail. Until they come, you can act in it."}
    </Alert>
  );
}
