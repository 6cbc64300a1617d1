import { openApi } from "./document.ts";

/**
 * The text of `public/openapi.json`: the document under default settings. Its server is relative, since the file does
 * not know where the portal that serves it is.
 */
export const publishedApi = (): string =>
  `${JSON.stringify({ ...openApi(), servers: [{ url: "/api/v1" }] }, null, 2)}\n`;
