import { type Person, person } from "../cast.ts";
import { give, groupRow, roleRow } from "../rights.ts";
import type { Sample } from "./operations.ts";

const nothing = { input: async () => ({}) };
const role = async ({ accountId }: Person) => ({ roleId: await roleRow(accountId) });
const group = async ({ accountId }: Person) => ({ groupId: await groupRow(accountId) });
const colleague = ({ accountId }: Person) => person(accountId, []);

/** Samples of what roles, groups and permissions are about. */
export const rightsSamples: Record<string, Sample> = {
  "roles.list": nothing,
  "roles.get": { input: role },
  "roles.create": {
    input: async () => ({ name: "Help desk", permissions: { "admin:own:list:role": "allowed" } }),
  },
  "roles.update": { input: async (who) => ({ ...(await role(who)), description: "Those who help" }) },
  "roles.delete": { input: role },
  "roles.list_of": { input: async (who) => ({ userId: (await colleague(who)).id }) },
  "roles.grant": { input: async (who) => ({ ...(await role(who)), userId: (await colleague(who)).id }) },
  "roles.revoke": {
    input: async (who) => {
      const [{ roleId }, { id: userId }] = [await role(who), await colleague(who)];
      await give(userId, roleId);
      return { userId, roleId };
    },
  },
  "roles.preview": { input: role },
  "permissions.list": nothing,
  "permissions.explain": { input: async () => ({ permission: "create:user" }) },
  "groups.list": nothing,
  "groups.get": { input: group },
  "groups.create": { input: async () => ({ name: "Help desk" }) },
  "groups.update": { input: async (who) => ({ ...(await group(who)), description: "Those who help" }) },
  "groups.delete": { input: group },
  "groups.list_members": { input: group },
  "groups.change_members": { input: async (who) => ({ ...(await group(who)), add: [(await colleague(who)).id] }) },
};
