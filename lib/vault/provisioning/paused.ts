import type { integrations } from "#db/schema/vault.ts";

/**
 * Stands for the account of who gave a hook its secret and its address, once that account may do nothing here any more.
 */
export const NO_ACCOUNT = "";

/** Is the hook told of nobody new, until an administrator of the account itself makes it another signing secret? */
export const isPaused = ({ adapterSecretFrom }: Pick<typeof integrations.$inferSelect, "adapterSecretFrom">): boolean =>
  adapterSecretFrom === NO_ACCOUNT;
