import bowser from "bowser";

/**
 * A User-Agent header in words: "Firefox on Linux" for a browser, "curl" for a program; null when it says nothing.
 * A program may claim anything here, so it tells people what to look for and proves nothing.
 */
export function programOf(agent: string | null): string | null {
  if (!agent) return null;
  const { browser, os } = bowser.parse(agent);
  if (browser.name && os.name) return `${browser.name} on ${os.name}`;
  return browser.name || firstWord(agent);
}

/** Programs begin with their own name: "python-requests/2.31.0", "Go-http-client/1.1". */
const firstWord = (agent: string) => /^[^/\s(;]{1,40}/.exec(agent)?.[0] ?? null;
