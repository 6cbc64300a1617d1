type Input = Record<string, unknown>;

/** The bounds of a form as an operation wants them: networks one by one, no rate where none is given. */
export function boundsOfForm({ allowedAddresses, rateLimitPerMinute, ...input }: Input): Input {
  const typed = [allowedAddresses ?? []].flat().join("\n");
  const bounds = {
    allowedAddresses: typed.split(/[\s,;]+/).filter(Boolean),
    rateLimitPerMinute: rateLimitPerMinute || null,
  };
  return { ...input, ...bounds };
}
