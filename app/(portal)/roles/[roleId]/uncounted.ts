import { notNow } from "#lib/http/next/unless-spent.ts";

/** What the page says where it was not told what the end of the role would do. */
export const uncounted = notNow("Who holds it could not be counted", "previews");
