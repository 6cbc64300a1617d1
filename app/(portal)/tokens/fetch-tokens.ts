import type { TokenPage } from "#lib/tokens/list.ts";

/** The list could not be had; `signedOut` when that is why. */
export class NoAnswer extends Error {
  signedOut: boolean;

  constructor(signedOut: boolean) {
    super("The list of tokens could not be fetched");
    this.signedOut = signedOut;
  }
}

/** Asks the API for a page of the list, with the session's cookie. */
export async function fetchTokens(query: string, signal: AbortSignal): Promise<TokenPage> {
  const answer = await fetch(`/api/v1/me/tokens?${query}`, { signal, headers: { accept: "application/json" } });
  if (!answer.ok) throw new NoAnswer(answer.status === 401);
  const page: TokenPage = await answer.json();
  return page;
}
