import { actingIn } from "#components/layout/acting-account.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { optionSearch } from "#components/lists/combobox/account-options.ts";
import { Alert } from "#components/ui/alert.tsx";
import { listPermissions } from "#lib/access/permissions.ts";
import { listRoles } from "#lib/access/roles/list.ts";
import type { KnownPermission } from "#lib/core/catalogue.ts";
import { Refusal } from "#lib/core/errors.ts";
import { isId } from "#lib/http/next/is-id.ts";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { explainPermission } from "#lib/people/permissions/explain.ts";
import { findUsers } from "#lib/people/users/find.ts";
import { portalPage } from "../portal-page.tsx";
import { Answer } from "./answer.tsx";
import { type PermissionQuestion, permissionIn, readQuestion } from "./question.ts";
import { QuestionForm } from "./question-form.tsx";

export const metadata = { title: "Permission explainer" };

export default portalPage(PermissionsPage);

async function PermissionsPage({ searchParams }: { searchParams: PageQuery }) {
  const query = await searchParams;
  const accountId = actingIn(query);
  const asked = readQuestion(query);
  const [{ items: known }] = await Promise.all([read(listPermissions), read(listRoles, { accountId, limit: 1 })]);
  return (
    <div className="grid max-w-4xl gap-6">
      <PageHeader
        title="Permission explainer"
        description="May somebody do something, and why? Denials are named, and the way each right comes to them."
      />
      <QuestionForm
        asked={asked}
        known={known}
        accountId={accountId}
        find={{
          programs: optionSearch(query, "api-users"),
          places: optionSearch(query, "accounts"),
          tokens: optionSearch(query, "tokens"),
        }}
      />
      {permissionIn(asked) && <Result asked={asked} known={known} accountId={accountId} />}
    </div>
  );
}

async function Result({
  asked,
  known,
  accountId,
}: {
  asked: PermissionQuestion;
  known: KnownPermission[];
  accountId?: string;
}) {
  const answer = await ask(asked, accountId);
  if (typeof answer === "string") return <Alert tone="warn" title={answer} live />;
  return <Answer answer={answer} accountId={accountId} known={known} />;
}

/** The explanation, or why there is none, in words. */
async function ask(asked: PermissionQuestion, accountId: string | undefined) {
  const userId = asked.program ? undefined : await idOf(asked.who, accountId);
  if (userId === null) return `There is no user “${asked.who}” in this account.`;
  if (asked.program && !isId(asked.program)) return "That is no API user's id.";
  if (asked.token && !isId(asked.token)) return "That is no token's id.";
  const tokenId = asked.token || undefined;
  const input = { accountId, permission: permissionIn(asked), userId, apiUserId: asked.program || undefined, tokenId };
  try {
    return await read(explainPermission, { ...input, targetAccountId: asked.where || undefined });
  } catch (refusal) {
    if (refusal instanceof Refusal && refusal.code === "invalid_fields") return describeRefusal(refusal);
    throw refusal;
  }
}

/** What is wrong, without the names that fields have in the API. */
const describeRefusal = ({ message, details: { errors } }: Refusal) =>
  errors?.map(({ message }) => message).join(" ") ?? message;

/** Somebody's id by that, by username or by address; undefined for oneself, null for nobody. */
async function idOf(who: string, accountId: string | undefined): Promise<string | null | undefined> {
  if (!who) return undefined;
  if (isId(who)) return who;
  const byUsername = await read(findUsers, { accountId, username: who });
  const { items } = byUsername.items.length ? byUsername : await read(findUsers, { accountId, email: who });
  return items[0]?.id ?? null;
}
