import type { Option } from "#components/lists/combobox/options.ts";
import type { Integration } from "#lib/vault/integrations/integration.ts";

type LabelledGroup = { id: string; words: string };

/** Its members, in words; also of a group that is gone. */
export const groupWords = ({ name }: { name: string | null }): string =>
  name === null ? "A group that is gone" : `Members of ${name}`;

/** The groups that can be chosen. The one there is always stands among them: saving must not widen it to everybody. */
export function labelledGroups(offered: Option[], current: Integration["group"] = null): LabelledGroup[] {
  const labelled = offered.map((group) => ({ id: group.id, words: groupWords(group) }));
  if (!current || offered.some(({ id }) => id === current.id)) return labelled;
  return [{ id: current.id, words: groupWords(current) }, ...labelled];
}
