import type { Integration } from "#lib/integrations/list.ts";
import type { Named } from "../users/choices.ts";

type Option = { id: string; words: string };

/** The groups that can be chosen. The one there is always stands among them: saving must not widen it to everybody. */
export function groupOptions(offered: Named[], current: Integration["group"] = null): Option[] {
  const options = offered.map(({ id, name }) => ({ id, words: `Members of ${name}` }));
  if (!current || offered.some(({ id }) => id === current.id)) return options;
  const words = current.name === null ? "A group that is gone" : `Members of ${current.name}`;
  return [{ id: current.id, words }, ...options];
}
