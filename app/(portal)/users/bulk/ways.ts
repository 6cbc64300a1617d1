import type { BulkAction } from "#lib/people/users/bulk.ts";

/** How something that is done to several people is offered and asked about. */
export type Way = {
  label: string;
  question: (who: string) => string;
  meaning: string;
  group?: true;
  danger?: true;
};

/** What can be done to several people, in the order in which it is offered, with scripts and without. */
const ways: Record<BulkAction, Way> = {
  activate: {
    label: "Activate",
    question: (who) => `Activate ${who}?`,
    meaning: "They can sign in, and their API tokens are taken again.",
  },
  deactivate: {
    label: "Deactivate",
    question: (who) => `Deactivate ${who}?`,
    meaning:
      "Their sessions end at once, and their API tokens are refused until they are activated again. You yourself are left as you are.",
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

/** How this is offered. */
export const wayOf = (action: BulkAction): Way => ways[action];

const actions = Object.keys(ways) as BulkAction[];

/** What is offered; nothing with groups where there are none to choose from. */
export const offered = (groups: boolean): BulkAction[] => actions.filter((action) => groups || !ways[action].group);

/** What goes by this name. */
export const actionNamed = (name: unknown): BulkAction | undefined => actions.find((action) => action === name);
