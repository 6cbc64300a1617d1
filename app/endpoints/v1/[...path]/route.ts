import { aims } from "#lib/compat/aims/engine.ts";

/** The look-ups of AIMS clients where no `server.ts` stands in front of Next: the same surface, so it answers alike. */
const surface = aims();
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
