import { startBuiltPortal } from "#tests/built-portal.ts";

/** A portal of its own that nobody has set up: where it is, the link it printed, and how to stop it. */
export type NewPortal = { url: string; link: string; stop(): Promise<void> };

/** Starts the built portal on a free port with an empty database, and waits until it is ready. */
export async function startNewPortal(): Promise<NewPortal> {
  const { url, said, stop } = await startBuiltPortal();
  const [link = ""] = /http\S+\/setup\?link=\S+/.exec(said()) ?? [];
  return { url, link, stop };
}
