import type { Db } from "#db/client.ts";
import type { SealContext } from "#lib/core/crypto/box.ts";
import { openKept, sealKept } from "#lib/core/crypto/data-keys.ts";

type Owner = { accountId: string };

const context = ({ accountId }: Owner, row: string, field = "sealed_adapter_secret"): SealContext => ({
  table: "integrations",
  field,
  row,
  account: accountId,
});

/** Seals what an integration proves itself with, for its own row. */
export const sealAdapterSecret = (tx: Db, owner: Owner, id: string, secret: string): Promise<Buffer> =>
  sealKept(tx, context(owner, id), secret);

/** Opens what an integration proves itself with. */
export const openAdapterSecret = (db: Db, owner: Owner, id: string, sealed: Buffer): Promise<string> =>
  openKept(db, context(owner, id), sealed);

/** Seals what a hook's calls were signed with before, for its own row. */
export const sealFormerSecret = (tx: Db, owner: Owner, id: string, secret: string): Promise<Buffer> =>
  sealKept(tx, context(owner, id, "sealed_former_secret"), secret);

/** Opens what a hook's calls were signed with before. */
export const openFormerSecret = (db: Db, owner: Owner, id: string, sealed: Buffer): Promise<string> =>
  openKept(db, context(owner, id, "sealed_former_secret"), sealed);
