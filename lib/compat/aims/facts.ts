import { z } from "zod";

/** An instant as AIMS has it, in epoch seconds, and by whom; null stands for the portal itself. */
export const stamp = z.object({ at: z.int(), by: z.string().nullable() });

/** An access key as AIMS shows it; never its secret. */
export const keyFacts = z.object({
  id: z.string(),
  userId: z.string(),
  accountId: z.string(),
  label: z.string(),
  lastLogin: z.int(),
  created: stamp,
  modified: stamp,
});

/** A person as AIMS shows them. What is asked for besides is null where it was not asked for. */
export const personFacts = z.object({
  id: z.string(),
  accountId: z.string(),
  fullName: z.string(),
  username: z.string(),
  email: z.string(),
  active: z.boolean(),
  locked: z.boolean(),
  version: z.int(),
  mfaEnabled: z.boolean(),
  phone: z.string().nullable(),
  mobilePhone: z.string().nullable(),
  webhookUrl: z.string().nullable(),
  notificationsOnly: z.boolean(),
  created: stamp,
  modified: stamp,
  roleIds: z.array(z.string()).nullable(),
  login: z
    .object({ version: z.int(), isOnce: z.boolean(), lastLogin: z.int(), modifiedAt: z.int() })
    .nullable()
    .meta({ description: "What there is to say of the password, and the last sign-in" }),
  accessKeys: z.array(keyFacts).nullable(),
});

/** A role as AIMS shows it. `accountId` is null for a global one. */
export const roleFacts = z.object({
  id: z.string(),
  accountId: z.string().nullable(),
  name: z.string(),
  permissions: z.record(z.string(), z.string()),
  version: z.int(),
  created: stamp,
  modified: stamp,
});

/** An account as AIMS shows it. */
export const accountFacts = z.object({
  id: z.string(),
  name: z.string(),
  active: z.boolean(),
  version: z.int(),
  locations: z.array(z.string()),
  defaultLocation: z.string(),
  mfaRequired: z.boolean(),
  created: stamp,
  modified: stamp,
});

/** Everything that a session of AIMS says of whose it is. */
export const ownerFacts = z.object({ user: personFacts, account: accountFacts, roles: z.array(roleFacts) });
