type Input = Record<string, unknown>;

const maybeEmpty = ["headerName", "adapter", "adapterUrl", "groupId"];

/** What a form says in the operation's own terms: nothing where a field was left empty, numbers as numbers. */
export function fromForm({ rotateDays, adapterSecret, ...input }: Input): Input {
  const said = Object.entries(input).map(([name, value]) => [
    name,
    value === "" && maybeEmpty.includes(name) ? null : value,
  ]);
  return {
    ...Object.fromEntries(said),
    ...(rotateDays !== undefined && { rotateDays: rotateDays === "" ? null : Number(rotateDays) }),
    ...(adapterSecret !== undefined && adapterSecret !== "" && { adapterSecret }),
  };
}
