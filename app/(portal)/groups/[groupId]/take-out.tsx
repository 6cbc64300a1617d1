import { Form, SubmitButton } from "#components/forms/form.tsx";
import { OutgrownQuestion } from "#components/forms/outgrown/question.tsx";
import { changeMembers } from "../actions.ts";
import type { GroupPageQuery } from "./query.ts";

type MoveProps = Pick<GroupPageQuery, "group" | "accountId"> & { user: { id: string; fullName: string } };

/** One press takes a person out; to take them in again is as quick. */
export function TakeOut({ group, accountId, user }: MoveProps) {
  return (
    <Form action={changeMembers} success={`${user.fullName} is no longer in the group.`} className="contents">
      <input type="hidden" name="groupId" value={group.id} />
      {accountId && <input type="hidden" name="accountId" value={accountId} />}
      <input type="hidden" name="remove" value={user.id} />
      <OutgrownQuestion />
      <SubmitButton tone="secondary" small busy="Taking out…" aria-label={`Take out: ${user.fullName}`}>
        Take out
      </SubmitButton>
    </Form>
  );
}
