import { Form, SubmitButton } from "#components/forms/form.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { getAccount } from "#lib/accounts/get.ts";
import { read } from "#lib/http/next/page.ts";
import { portalPage } from "../../portal-page.tsx";
import { createAccount } from "../actions.ts";

export const metadata = { title: "New account" };

export default portalPage(NewAccountPage);

async function NewAccountPage() {
  const { name, defaultLocation } = await read(getAccount);
  return (
    <div className="max-w-2xl">
      <PageHeader
        back={{ href: "/accounts", label: "Accounts" }}
        title="New account"
        description={`It is managed by ${name} from the start. Either side can end that later.`}
      />
      <Form action={createAccount}>
        <Card id="account" title="The account">
          <div className="grid gap-5">
            <Field name="name" label="Name" hint="The company's or team's name." required>
              <Input maxLength={100} autoComplete="off" />
            </Field>
            <Field
              name="defaultLocation"
              label="Location"
              hint={`Where its data lives; else ${defaultLocation}.`}
              optional
            >
              <Input maxLength={64} placeholder={defaultLocation} autoComplete="off" spellCheck={false} />
            </Field>
          </div>
        </Card>
        <Card
          id="administrator"
          title="Its first administrator"
          description="They are invited by mail, choose a password, and make whoever else is needed."
        >
          <div className="grid gap-5">
            <Field name="administratorName" label="Name" required>
              <Input maxLength={100} autoComplete="off" />
            </Field>
            <Field name="administratorEmail" label="E-mail address" required>
              <Input type="email" maxLength={254} autoComplete="off" />
            </Field>
          </div>
        </Card>
        <div className="flex flex-wrap gap-2.5">
          <SubmitButton busy="Making…">Make account</SubmitButton>
          <ButtonLink href="/accounts">Cancel</ButtonLink>
        </div>
      </Form>
    </div>
  );
}
