/** What an integration is drawn with. */
export const icons = ["", "git", "container", "globe", "mail", "database", "server", "cloud", "key"] as const;
