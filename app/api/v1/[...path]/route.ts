import { rest } from "#lib/http/rest/rest.ts";

/** The API where no `server.ts` stands in front of Next: the same surface, so it answers alike. */
const surface = rest();
const answer = (request: Request) => surface.fetch(request);

export {
  answer as DELETE,
  answer as GET,
  answer as HEAD,
  answer as OPTIONS,
  answer as PATCH,
  answer as POST,
  answer as PUT,
};
