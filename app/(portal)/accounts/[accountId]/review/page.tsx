import { notFound, redirect } from "next/navigation";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { getAccount } from "#lib/accounts/get.ts";
import { previewPolicies } from "#lib/accounts/preview.ts";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { portalPage } from "../../../portal-page.tsx";
import { savePolicies } from "../../actions.ts";
import { changedIn, type Policies, policyLabels, policyNames, saidOf, wantedPolicies } from "../policy-fields.ts";
import { AffectedUsers } from "./affected-users.tsx";

export const metadata = { title: "Review policies" };

const accountNumber = /^[1-9][0-9]{7}$/;

type PageProps = { params: Promise<{ accountId: string }>; searchParams: PageQuery };

export default portalPage(ReviewPage);

async function ReviewPage({ params, searchParams }: PageProps) {
  const { accountId } = await params;
  if (!accountNumber.test(accountId)) notFound();
  const account = await read(getAccount, { accountId });
  const wanted = wantedPolicies(await searchParams, account);
  const changed = changedIn(account, wanted);
  const back = `/accounts/${accountId}`;
  if (!changed.length) redirect(`${back}#policies`);
  const preview = await read(previewPolicies, { accountId, ...inQuery(wanted) });
  return (
    <div className="max-w-3xl">
      <PageHeader
        back={{ href: back, label: account.name }}
        title="Review the policies"
        description="Nothing is saved yet. This is what changes, and whom it concerns."
      />
      <div className="grid gap-6">
        <Card id="changes" title="What changes">
          <Facts>
            {changed.map((name) => (
              <Fact key={name} name={policyLabels[name].label}>
                <del className="text-muted">{saidOf(account, name)}</del>
                <span aria-hidden> → </span>
                <ins className="font-medium no-underline">{saidOf(wanted, name)}</ins>
              </Fact>
            ))}
          </Facts>
        </Card>
        <AffectedUsers preview={preview} />
        <Form action={savePolicies}>
          <input type="hidden" name="accountId" value={accountId} />
          <input type="hidden" name="version" value={account.version} />
          {policyNames.map((name) => (
            <input key={name} type="hidden" name={name} value={String(wanted[name] ?? "")} />
          ))}
          <div className="flex flex-wrap gap-2.5">
            <SubmitButton busy="Saving…">Save policies</SubmitButton>
            <ButtonLink href={`${back}#policies`}>Back without saving</ButtonLink>
          </div>
        </Form>
      </div>
    </div>
  );
}

/** As a query of the API has it: what is not there is left out. */
const inQuery = (policies: Policies) =>
  Object.fromEntries(
    Object.entries(policies)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, String(value)]),
  );
