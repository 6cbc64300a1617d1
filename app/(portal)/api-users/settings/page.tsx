import { AccountInput } from "#components/forms/account-input.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { canInAccount } from "#components/layout/can-in-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/choice.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { env } from "#lib/env.ts";
import { type PageQuery, read, signedIn } from "#lib/http/next/page.ts";
import { type ApiUserSettings, getApiUserSettings } from "#lib/machines/api-users/settings.ts";
import { portalPage } from "../../portal-page.tsx";
import { saveSettings } from "../actions.ts";
import { KeyCard } from "./key-card.tsx";

export const metadata = { title: "Sign-in of API users" };

export default portalPage(ApiUserSettingsPage);

async function ApiUserSettingsPage({ searchParams }: { searchParams: PageQuery }) {
  const account = actingIn(await searchParams);
  const settings = await read(getApiUserSettings, { accountId: account });
  const mayChange = canInAccount(await signedIn(), "update:api_user", account);
  return (
    <div className="grid max-w-3xl gap-5">
      <PageHeader
        back={{ href: inAccount("/api-users", account), label: "API users" }}
        title="Sign-in of API users"
        description="A program brings the customer key, its login and its secret, and gets a token for minutes."
        actions={<Confirmed />}
      />
      <KeyCard settings={settings} account={account} mayChange={mayChange} appUrl={env().APP_URL} />
      <Card id="tokens" title="Tokens">
        {mayChange ? <TokenForm settings={settings} account={account} /> : <TokenFacts settings={settings} />}
      </Card>
    </div>
  );
}

type SettingsProps = { settings: ApiUserSettings; account?: string };

function TokenForm({ settings: { tokenSeconds, differentTokens }, account }: SettingsProps) {
  return (
    <Form action={saveSettings} success="Saved. Tokens that are out keep their own end." keep>
      <AccountInput account={account} />
      <Field
        name="tokenSeconds"
        label="Seconds that a token is good"
        required
        hint="From its issue, 60 to 86400. 900 seconds are a quarter of an hour."
      >
        <Input
          type="number"
          inputMode="numeric"
          min={60}
          max={86_400}
          defaultValue={tokenSeconds}
          className="max-w-40"
        />
      </Field>
      <Checkbox
        key={String(differentTokens)}
        name="differentTokens"
        label="Each authorization returns a different token"
        description="Older ones stay good until their own time. Without it, the same token comes back for as long as it is good."
        defaultChecked={differentTokens}
      />
      <div>
        <SubmitButton tone="secondary" busy="Saving…">
          Save
        </SubmitButton>
      </div>
    </Form>
  );
}

const TokenFacts = ({ settings: { tokenSeconds, differentTokens } }: SettingsProps) => (
  <Facts>
    <Fact name="Good for">{tokenSeconds} seconds from its issue</Fact>
    <Fact name="Each authorization">
      {differentTokens ? "Returns a different token" : "Returns the same token while it is good"}
    </Fact>
  </Facts>
);
