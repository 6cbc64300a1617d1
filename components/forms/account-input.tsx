/** The account acted in, sent along with a form; nothing for the own. */
export function AccountInput({ account }: { account: string | undefined }) {
  return account ? <input type="hidden" name="accountId" value={account} /> : null;
}
