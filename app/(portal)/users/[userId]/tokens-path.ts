import { inAccount } from "#components/layout/acting-account.ts";

/** The page of a person, at their tokens from a `cursor` on; without one at the newest. */
export const tokensPath = (userId: string, account: string | undefined, cursor?: string): string =>
  `${inAccount(`/users/${userId}${cursor ? `?${new URLSearchParams({ tokens: cursor })}` : ""}`, account)}#tokens`;
