import type { Db } from "#db/client.ts";
import type { SealContext } from "#lib/core/crypto/box.ts";
import { openKept, sealKept } from "#lib/core/crypto/data-keys.ts";

type Owner = { accountId: string };

const context = ({ accountId }: Owner, row: string): SealContext => ({
  table: "service_credentials",
  field: "sealed_secret",
  row,
  account: accountId,
});

/** Seals what a person keeps, for its own row. */
export const sealCredential = (tx: Db, owner: Owner, id: string, secret: string): Promise<Buffer> =>
  sealKept(tx, context(owner, id), secret);

/** Opens what a person keeps; throws when it was not sealed for this row. */
export const openCredential = (db: Db, owner: Owner, id: string, sealed: Buffer): Promise<string> =>
  openKept(db, context(owner, id), sealed);
