type Api = { fetch(request: Request): Response | Promise<Response> };

/** An API where no `server.ts` stands in front of Next: what answers there is the same, so it answers alike. */
export function mount({ fetch }: Api) {
  const answer = (request: Request) => fetch(request);
  return { DELETE: answer, GET: answer, HEAD: answer, OPTIONS: answer, PATCH: answer, POST: answer, PUT: answer };
}
