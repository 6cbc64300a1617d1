import bowser from "bowser";

/**
 * A User-Agent header in words: "Firefox on Linux" for a browser, "curl" for a program; null when it says nothing.
 * A program may claim anything here, so it tells people what to look for and proves nothing.
 */
export function programOf(agent: string | null): string | null {
  if (!agent) return null;
  const { browser, os } = bowser.parse(agent);
  const name = isBrowserLike(agent) ? nameIn(agent, browser.name) : (product(agent) ?? firstWord(agent));
  return name && os.name ? `${name} on ${os.name}` : name;
}

/** Browsers begin like this for old times' sake, and so do some programs; whatever begins otherwise is a program. */
const isBrowserLike = (agent: string) => /^(Mozilla|Opera)\//.test(agent);

/** The browser, unless nothing but the beginning was recognised: then the program that hides behind it. */
function nameIn(agent: string, browser: string | undefined): string | null {
  if (browser && browser !== "Mozilla") return browser;
  const name = afterComment(agent) ?? inComment(agent);
  return name ? (plainNames[name] ?? name) : firstWord(agent);
}

const afterComment = (agent: string) => product(/\) ([^()]+)$/.exec(agent)?.[1] ?? "");

const inComment = (agent: string) =>
  /\(compatible; ([^)]*)\)/i.exec(agent)?.[1]?.split(/;\s*/).map(product).find(Boolean);

/** Version 5, which Windows brings along, calls itself otherwise than those after it. */
const plainNames: Record<string, string> = { WindowsPowerShell: "PowerShell" };

/** Programs write their name before a version: "python-requests/2.31.0", "Microsoft Office/16.0". */
const product = (text: string) => /^([\w.+-][\w .+-]{0,39})\//.exec(text)?.[1] ?? null;

const firstWord = (agent: string) => /^[^/\s(;]{1,40}/.exec(agent)?.[0] ?? null;
