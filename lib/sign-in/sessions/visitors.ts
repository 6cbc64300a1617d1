import type { sessions } from "#db/schema/sessions.ts";

type SessionRow = typeof sessions.$inferSelect;

/**
 * A session as its person may see it, wherever that is. From where somebody else comes who acts as them, and out of
 * which session, is that one's to know.
 */
export const withoutVisitorsPlace = (session: SessionRow): SessionRow =>
  session.impersonatorId === null ? session : { ...session, address: null, impersonatorSessionId: null };
