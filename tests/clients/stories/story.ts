/** Who asks, and where: `token` is a session's. */
export type Teller = { baseUrl: string; token: string; email: string; password: string };

/** What came of the same story, told by a generated client. */
export type Story = {
  session: string;
  made: string[];
  paged: string[];
  ended: number[];
  name: string;
  expiresAt: string | null;
  refused: { status: number; code: string; pointer?: string; message?: string };
  log: string;
};

/** The names of the tokens that a story makes. */
export const names = ["first", "second", "third"];

const inAWeek = new Date(Date.now() + 7 * 24 * 3600_000).toISOString().slice(0, 10);

/** What each of them is made with. The end is given in a time zone an hour ahead of UTC. */
export const wanted = { scopes: ["profile:read"], expiresAt: `${inAWeek}T23:59:59+01:00` };

/**
 * What only the portal can refuse: by its form it is right, so that clients that look at what they send let it pass.
 */
export const unheard = { ...wanted, name: "fourth", scopes: ["nothing:known"] };
