import { Form, SubmitButton } from "#components/form.tsx";
import { changeMembers } from "../actions.ts";
import type { Asked } from "./asked.ts";

type MoveProps = Pick<Asked, "group" | "accountId"> & {
  way: "add" | "remove";
  user: { id: string; fullName: string };
};

const words = {
  add: { label: "Take in", busy: "Taking in…", done: "is in the group." },
  remove: { label: "Take out", busy: "Taking out…", done: "is no longer in the group." },
};

/** One press takes a person in or out; the other way is as quick. */
export function MoveMember({ group, accountId, way, user }: MoveProps) {
  const { label, busy, done } = words[way];
  return (
    <Form action={changeMembers} success={`${user.fullName} ${done}`} className="contents">
      <input type="hidden" name="groupId" value={group.id} />
      {accountId && <input type="hidden" name="accountId" value={accountId} />}
      <input type="hidden" name={way} value={user.id} />
      <SubmitButton tone="secondary" small busy={busy} aria-label={`${label}: ${user.fullName}`}>
        {label}
      </SubmitButton>
    </Form>
  );
}
