/** The account acted in, which the address of a filtered list keeps; nothing for the own. */
export const KeptAccount = ({ account }: { account?: string }) =>
  account ? <input type="hidden" name="account" value={account} /> : null;
