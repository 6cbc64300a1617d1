import { AimsRefusal } from "./errors.ts";

/** A yes or no of the query; undefined when it is not there. Anything but `true` and `false` is refused (G13). */
export function flag(query: URLSearchParams, name: string): boolean | undefined {
  const given = query.get(name);
  if (given === null) return undefined;
  if (given !== "true" && given !== "false") throw new AimsRefusal(400, "invalid_option");
  return given === "true";
}

/** Locations, separated by commas. */
export function locations(query: URLSearchParams): string[] | undefined {
  const given = query.get("accessible_locations")?.split(",");
  if (given?.some((one) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(one)))
    throw new AimsRefusal(400, "invalid_accessible_locations");
  return given;
}

/** How accounts stand to each other. */
export const relationships = ["managed", "managing", "bills_to"] as const;

/** One of the relationships that are known here (AC6). */
export function relationship<T extends string>(word: string | undefined, known: readonly T[]): T {
  const found = known.find((one) => one === word);
  if (!found) throw new AimsRefusal(400, "invalid_relationship");
  return found;
}

/** What is asked of people besides, and whether it is told when nobody says. */
export const besides = (query: URLSearchParams, otherwise: boolean) => ({
  roleIds: flag(query, "include_role_ids") ?? otherwise,
  login: flag(query, "include_user_credential") ?? otherwise,
  accessKeys: flag(query, "include_access_keys") ?? otherwise,
});
