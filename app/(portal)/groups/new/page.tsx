import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { listGroups } from "#lib/people/groups/list.ts";
import { portalPage } from "../../portal-page.tsx";
import { createGroup } from "../actions.ts";
import { GroupFields } from "../group-fields.tsx";

export const metadata = { title: "New group" };

export default portalPage(NewGroupPage);

async function NewGroupPage({ searchParams }: { searchParams: PageQuery }) {
  const accountId = actingIn(await searchParams);
  // Who may not even see the groups is told so here, not once the form is filled in.
  await read(listGroups, { accountId, limit: 1 });
  return (
    <div className="max-w-2xl">
      <PageHeader
        back={{ href: inAccount("/groups", accountId), label: "Groups" }}
        title="New group"
        description="Its members and roles come next."
        actions={<Confirmed />}
      />
      <Form action={createGroup}>
        <GroupFields accountId={accountId} />
        <div>
          <SubmitButton busy="Making…">Make group</SubmitButton>
        </div>
      </Form>
    </div>
  );
}
