import type { BulkAction } from "#lib/users/bulk.ts";
import { isId } from "../../roles/id.ts";

type Words = { label: string; question: (who: string) => string; meaning: string; group?: true; danger?: true };

/** What can be done to several people, in the order in which it is offered. */
export const ways: Record<BulkAction, Words> = {
  activate: {
    label: "Activate",
    question: (who) => `Activate ${who}?`,
    meaning: "They can sign in, and their API tokens are taken again.",
  },
  deactivate: {
    label: "Deactivate",
    question: (who) => `Deactivate ${who}?`,
    meaning: "Their sessions end at once, and their API tokens are refused until they are activated again.",
    danger: true,
  },
  add_to_group: {
    label: "Add to group",
    question: (who) => `Add ${who} to a group?`,
    meaning: "They get what the group's roles allow.",
    group: true,
  },
  remove_from_group: {
    label: "Take out of group",
    question: (who) => `Take ${who} out of a group?`,
    meaning: "They lose what the group's roles give them.",
    group: true,
  },
};

/** As many as the list has on a page. */
export const mostChosen = 25;

type Query = Record<string, string | string[] | undefined>;

/** Who is ticked, and what is to be done to them. */
export type Asked = { action: BulkAction; userIds: string[] };

/** What the address asks for; nothing where it says nothing that there is. */
export function askedOf({ action, userIds }: Query): Asked | null {
  const way = Object.keys(ways).find((name): name is BulkAction => name === action);
  const ids = [...new Set([userIds ?? []].flat())].filter(isId).slice(0, mostChosen);
  return way && ids.length ? { action: way, userIds: ids } : null;
}
