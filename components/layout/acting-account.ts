/**
 * The account that an administrator's page acts in, by the `account` of its address; undefined for the own. Pages hand
 * it to their operations as `accountId`, which decide whether this person may.
 */
export function actingIn({ account }: Record<string, string | string[] | undefined>): string | undefined {
  return typeof account === "string" && /^[1-9][0-9]{7}$/.test(account) ? account : undefined;
}

/** An address of the portal, in the account that is acted in. */
export function inAccount(href: string, accountId: string | undefined): string {
  if (!accountId) return href;
  return `${href}${href.includes("?") ? "&" : "?"}account=${accountId}`;
}

/** The account acted in, as a field of forms and an input of operations; nothing for the own. */
export const accountField = (account: string | undefined): { accountId?: string } =>
  account ? { accountId: account } : {};
