import { z } from "zod";
import { readInput } from "#lib/core/input.ts";
import { type Filter, listQuery, sortOf } from "./directory.ts";

const asked = z.strictObject({ ...listQuery, sort: sortOf(["account_name", "environment_name"]) });

/** Reads what a list of environments is filtered by. Refuses `invalid_fields`. */
export const readEnvironments = (raw: unknown): z.output<typeof asked> => readInput(asked, raw);

/** Does a name fit a filter? As the lists of people and groups have it, which the database narrows. */
export function fits(name: string, { how, words }: Pick<Filter, "how" | "words">): boolean {
  const [word = ""] = words;
  const ways: Record<Filter["how"], () => boolean> = {
    equal_cs: () => name === word,
    equal_ci: () => name.toLowerCase() === word.toLowerCase(),
    contain_cs: () => name.includes(word),
    contain_ci: () => name.toLowerCase().includes(word.toLowerCase()),
    in: () => words.includes(name),
    not_in: () => !words.includes(name),
  };
  return ways[how]();
}
