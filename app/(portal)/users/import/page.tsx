import { forbidden } from "next/navigation";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Card } from "#components/ui/card.tsx";
import { type PageQuery, signedIn } from "#lib/http/next/page.ts";
import { maxRows } from "#lib/people/csv/file.ts";
import { maxAtOnce } from "#lib/people/csv/import.ts";
import { portalPage } from "../../portal-page.tsx";
import { ImportView } from "./import-view.tsx";
import { PlainImport } from "./plain-import.tsx";

export const metadata = { title: "Import users" };

const sample = "fullName,email,phone,roles,groups\r\nAda Okafor,ada@example.org,+44 20 7946 0000,Member,\r\n";

export default portalPage(ImportPage);

async function ImportPage({ searchParams }: { searchParams: PageQuery }) {
  const account = actingIn(await searchParams);
  if (!canInAccount(await signedIn(), "create:user", account)) forbidden();
  return (
    <>
      <PageHeader
        title="Import users"
        description="Make many users from a CSV file: it is tried out first, row by row. Who is made is invited by mail, unless they only get notifications."
        back={{ href: inAccount("/users", account), label: "Users" }}
      />
      <div className="grid gap-5">
        <noscript>
          <PlainImport account={account} />
        </noscript>
        <div className="needs-script">
          <ImportView account={account} />
        </div>
        <Columns />
      </div>
    </>
  );
}

function Columns() {
  return (
    <Card id="columns" title="What the file holds">
      <p className="max-w-prose leading-relaxed">
        A line of headings, then a line for each person, {maxRows.toLocaleString("en")} at most ({maxAtOnce} without
        JavaScript): <code>fullName</code> (or <code>firstName</code> and <code>lastName</code>) and <code>email</code>,
        and as you like <code>username</code>, <code>phone</code>, <code>mobilePhone</code>, <code>roles</code> and{" "}
        <code>groups</code> by name, separated by semicolons, and <code>notificationsOnly</code> (yes or no).
      </p>
      <p className="mt-3 max-w-prose leading-relaxed">
        Exports of Entra ID, Active Directory, Google Workspace, Okta, OneLogin, JumpCloud and of this portal can be
        taken as they are. Whoever is suspended or deactivated there is left out.
      </p>
      <p className="mt-3">
        <a
          href={`data:text/csv;charset=utf-8,${encodeURIComponent(sample)}`}
          download="latchkey-users.csv"
          className="text-link"
        >
          Download an example
        </a>
      </p>
    </Card>
  );
}
