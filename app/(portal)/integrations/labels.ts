import type { Integration } from "#lib/vault/integrations/integration.ts";

/** How many secrets of how many people are kept for an integration. */
export function usageLabel({ count, people }: Integration["usage"]): string {
  if (!count) return "Nothing";
  return `${count === 1 ? "1 credential" : `${count} credentials`} of ${people === 1 ? "1 person" : `${people} people`}`;
}

/** The ways in which secrets are made, in words. */
export const adapterLabels = { hook: "A provisioning hook", gitea: "Gitea or Forgejo", gitlab: "GitLab" };
