import type { Offer } from "./draft.ts";

const titles: Record<string, string> = {
  portal: "What is your own",
  pro: "The product",
  admin: "This portal",
  "*": "Everywhere",
};

/** Scopes by what they reach: one service, or several. */
export function groupsOf(offers: Offer[]): { title: string; offers: Offer[] }[] {
  const byTitle = Map.groupBy(offers, titleOf);
  return [...byTitle].map(([title, offers]) => ({ title, offers }));
}

/** Scopes of another system by their own names stand together, whatever they reach. */
function titleOf({ name, permissions }: Offer): string {
  if (name.startsWith("mx_")) return "Private Mendix Platform";
  const services = new Set(permissions.map((pattern) => pattern.split(":", 1)[0] ?? ""));
  const [service = "*"] = services.size === 1 ? services : [];
  return titles[service] ?? service;
}

/** What scopes come to together: "publish applications; read your profile." */
export function abilities(offers: Offer[]): string {
  const acts = offers.map(({ sentence }) => startSmall(sentence.trim().replace(/\.$/, "")));
  const last = acts.pop() ?? "";
  return `${acts.length ? `${acts.join("; ")}; and ${last}` : last}.`;
}

const startSmall = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);
