import { redirect } from "next/navigation";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { listAddress } from "#components/lists/list-address.ts";
import { Pager } from "#components/lists/pager.tsx";
import { Tab, Tabs } from "#components/ui/tabs.tsx";
import { Refusal } from "#lib/core/errors.ts";
import { env } from "#lib/env.ts";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { listNotifications } from "#lib/notifications/list.ts";
import { getNotificationSettings } from "#lib/notifications/settings.ts";
import { portalPage } from "../portal-page.tsx";
import { readAllNotifications } from "./actions.ts";
import { Inbox } from "./inbox.tsx";
import { SettingsCard } from "./settings-card.tsx";
import { WebhookCard } from "./webhook-card.tsx";

export const metadata = { title: "Notifications" };

type State = "all" | "unread";

export default portalPage(NotificationsPage);

async function NotificationsPage({ searchParams }: { searchParams: PageQuery }) {
  const params = await searchParams;
  const state = params.state === "unread" ? "unread" : "all";
  const cursor = typeof params.cursor === "string" ? params.cursor : undefined;
  const { items, nextCursor, unread } = await readInbox(state, cursor);
  const settings = await read(getNotificationSettings);
  return (
    <>
      <PageHeader
        title="Notifications"
        description="What happened to your account, and where you want to be told of it."
        actions={
          <>
            <Confirmed />
            {unread > 0 && <ReadAll />}
          </>
        }
      />
      <div className="mb-5">
        <Tabs label="Which notifications">
          <Tab href="/notifications" current={state === "all"}>
            All
          </Tab>
          <Tab href="/notifications?state=unread" current={state === "unread"} count={unread}>
            Unread
          </Tab>
        </Tabs>
      </div>
      <Inbox items={items} state={state} />
      <Pager cursor={cursor} next={nextCursor} pathOf={(cursor) => pathOf(state, cursor)} />
      <div className="mt-10 grid gap-6">
        <SettingsCard settings={settings} />
        <WebhookCard url={settings.webhookUrl} appUrl={env().APP_URL} />
      </div>
    </>
  );
}

function ReadAll() {
  return (
    <Form action={readAllNotifications} success="Everything is read.">
      <SubmitButton tone="secondary" busy="Marking…">
        Mark all as read
      </SubmitButton>
    </Form>
  );
}

const pathOf = (state: State, cursor?: string): string =>
  listAddress("/notifications", { state: state === "unread" ? state : undefined, cursor });

// A cursor that came from elsewhere, or from yesterday, leads to the first page.
async function readInbox(state: State, cursor: string | undefined) {
  try {
    return await read(listNotifications, { state, limit: 10, cursor });
  } catch (refusal) {
    if (cursor && refusal instanceof Refusal && refusal.code === "invalid_fields") redirect(pathOf(state));
    throw refusal;
  }
}
