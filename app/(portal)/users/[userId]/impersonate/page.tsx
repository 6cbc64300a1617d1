import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Card } from "#components/ui/card.tsx";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { readUnlessSpent } from "#lib/http/next/unless-spent.ts";
import { getUser } from "#lib/people/users/get.ts";
import { readNotHeld } from "#lib/people/users/not-held.ts";
import { portalPage } from "../../../portal-page.tsx";
import { NotHeldNotice, openBy } from "../not-held.tsx";
import { ImpersonateForm } from "./impersonate-form.tsx";

export const metadata = { title: "Act as somebody" };

type Props = { params: Promise<{ userId: string }>; searchParams: PageQuery };

export default portalPage(ImpersonatePage);

async function ImpersonatePage({ params, searchParams }: Props) {
  const [{ userId }, accountId] = [await params, actingIn(await searchParams)];
  const user = await read(getUser, { userId, accountId });
  const notHeld = await readUnlessSpent(readNotHeld, { userId, accountId });
  return (
    <div className="max-w-3xl">
      <PageHeader
        back={{ href: inAccount(`/users/${userId}`, accountId), label: user.fullName }}
        title={`Act as ${user.fullName}`}
        description="See the portal as they see it, in the open, for an hour at most."
      />
      <Card>
        <ul className="mb-5 grid list-disc gap-1.5 pl-5 leading-relaxed">
          <li>{user.fullName} is told at once, by mail and in the portal, who it is and why.</li>
          <li>Everything you do stands on record, in their security log too, with both names.</li>
          <li>
            You may do what both of you may. Their password, second factors, sessions, tokens and settings stay closed.
          </li>
          <li>You stop with one click, and are back in your own session.</li>
        </ul>
        <div className="grid gap-5">
          <NotHeldNotice name={user.fullName} notHeld={notHeld} />
          {openBy(notHeld).letIn && (
            <ImpersonateForm user={{ id: userId, fullName: user.fullName }} accountId={accountId} />
          )}
        </div>
      </Card>
    </div>
  );
}
