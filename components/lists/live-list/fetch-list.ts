import type { ListPage } from "./refreshing.ts";

/** The list could not be had; `signedOut` when that is why. */
export class NoAnswer extends Error {
  signedOut: boolean;

  constructor(signedOut: boolean) {
    super("The list could not be fetched");
    this.signedOut = signedOut;
  }
}

/** Asks the API for a page of a list, e.g. of `/me/tokens`, with the session's cookie. */
export async function fetchList<Page extends ListPage>(
  list: string,
  query: string,
  signal: AbortSignal,
): Promise<Page> {
  const answer = await fetch(`/api/v1${list}?${query}`, { signal, headers: { accept: "application/json" } });
  if (!answer.ok) throw new NoAnswer(answer.status === 401);
  const page: Page = await answer.json();
  return page;
}
