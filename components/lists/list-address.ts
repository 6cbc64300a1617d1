import { inAccount } from "#components/layout/acting-account.ts";

/** The address of a list that shows what a query asks for, in the account acted in; what is empty is left out. */
export function listAddress(path: string, query: Record<string, string | undefined>, account?: string): string {
  const asked = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return inAccount(asked.length ? `${path}?${new URLSearchParams(asked)}` : path, account);
}
