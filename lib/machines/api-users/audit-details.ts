import { z } from "zod";
import type { ApiUser } from "./list.ts";

export const apiUserBefore = z
  .object({
    login: z.string(),
    name: z.string(),
    surname: z.string(),
    email: z.string(),
    active: z.boolean(),
    groups: z.array(z.string()),
    allowedAddresses: z.array(z.string()),
  })
  .meta({ description: "What it was until now" });

export const toApiUserDetails = ({ login, name, surname, email, active, groups, allowedAddresses }: ApiUser) => ({
  login,
  name,
  surname,
  email,
  active,
  groups: groups.map((group) => group.name),
  allowedAddresses,
});
