/**
 * How many rounds a race runs: 20 in an ordinary run, all that its rule asks for with `TEST_DEPTH=full npm test`.
 * A guard that is missing loses a race within a few rounds; the full number is for the rare interleavings.
 */
export const rounds = (full: number): number => (process.env.TEST_DEPTH === "full" ? full : Math.min(full, 20));
