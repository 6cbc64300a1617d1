import { maxOptions, type Option, type Resource } from "./options.ts";

type Row = { id: string; name: string; login?: string; description?: string; global?: boolean };

/** What is asked for besides: of accounts, those that are managed; of tokens, by name as all others. */
const always: Partial<Record<Resource, Record<string, string>>> = {
  accounts: { relationship: "managed" },
  tokens: { sort: "name" },
};
/** Where a list is that has not its own name: of tokens, one's own. */
const lists: Partial<Record<Resource, string>> = { tokens: "me/tokens" };

/** Asks the API for what fits some words, with the session's cookie. */
export async function fetchOptions(of: Resource, words: string, account: string | undefined, signal: AbortSignal) {
  const asked = { limit: String(maxOptions), ...(words && { search: words }), ...(account && { accountId: account }) };
  const query = new URLSearchParams({ ...always[of], ...asked });
  const answer = await fetch(`/api/v1/${lists[of] ?? of}?${query}`, {
    signal,
    headers: { accept: "application/json" },
  });
  if (!answer.ok) throw new Error(`The list of ${of} could not be fetched`);
  const page: { items: Row[]; nextCursor: string | null } = await answer.json();
  return { items: page.items.map((row) => toOption(of, row)), more: page.nextCursor !== null };
}

/** As it is offered: a program by its login, an account with its number. */
export function toOption(of: Resource, { id, name, login, description, global }: Row): Option {
  if (of === "accounts") return { id, name: `${name} (${id})` };
  if (of === "tokens") return { id, name };
  if (of === "api-users") return { id, name: login ?? name };
  const hint = description || (global ? "Global role" : undefined);
  return hint ? { id, name, hint } : { id, name };
}
