const files = new Set([
  "/apple-touch-icon.png",
  "/favicon.ico",
  "/icon.svg",
  "/openapi.json",
  "/robots.txt",
  "/site.webmanifest",
]);

/** Whether a path and query names a file of `public/`, which is no document and gets the headers of a file. */
export const isPublicFile = (path: string): boolean => files.has(path.replace(/\?.*$/s, ""));
