"use client";

import type { ReactNode } from "react";

/** Submits the theme, and shows it at once instead of after the server's answer. */
export function ThemeButton({ theme, chosen, children }: { theme: string; chosen: boolean; children: ReactNode }) {
  return (
    <button
      type="submit"
      name="theme"
      value={theme}
      aria-pressed={chosen}
      onClick={() => {
        document.documentElement.dataset.theme = theme;
      }}
      className="theme-button"
    >
      {children}
    </button>
  );
}
