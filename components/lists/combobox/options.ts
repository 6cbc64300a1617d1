/** What is chosen by name, as the API calls its lists. */
export type Resource = "roles" | "groups" | "api-users" | "accounts" | "tokens";

/** A thing to be chosen by its name; `hint` says more about it. */
export type Option = { id: string; name: string; hint?: string };

/** The first hundred by name of those that fit the words of `find`; `more` when there are others. */
export type Options = { of: Resource; items: Option[]; more: boolean; find: string };

/** Where nothing is to be chosen from. */
export const noOptions: Options = { of: "groups", items: [], more: false, find: "" };

/** How many are offered at a time. */
export const maxOptions = 100;

/** Is there anything to choose from, or was there, before somebody looked for something else? */
export const hasOptions = ({ items, find }: Options): boolean => items.length > 0 || find !== "";

/** Are there so many that some have to be looked for? */
export const isLong = ({ more, find }: Options): boolean => more || find !== "";

/** The id of the form that looks for things without scripts, one a page. */
export const fallbackFormId = "find";
