import { reword } from "#lib/http/next/reword.ts";

type Input = Record<string, unknown>;

/** The bounds of a form as an operation wants them: networks one by one, no rate where none is given. */
export const boundsOfForm = (input: Input): Input =>
  reword(input, {
    allowedAddresses: (typed) =>
      [typed]
        .flat()
        .join("\n")
        .split(/[\s,;]+/)
        .filter(Boolean),
    rateLimitPerMinute: (rate) => rate || null,
  });
