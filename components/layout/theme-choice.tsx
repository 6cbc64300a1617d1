import { Monitor, Moon, Sun } from "lucide-react";
import { ThemeButton } from "#components/layout/theme-button.tsx";
import { chooseTheme, chosenTheme } from "#lib/http/next/preferences.ts";

const themes = [
  { theme: "light", label: "Light", Icon: Sun },
  { theme: "dark", label: "Dark", Icon: Moon },
  { theme: "system", label: "System", Icon: Monitor },
] as const;

/** Light, dark or as the device has it; kept in a cookie, so that the first paint is already right. */
export async function ThemeChoice() {
  const chosen = await chosenTheme();
  return (
    <form action={chooseTheme}>
      <fieldset className="flex rounded-control border border-line bg-sunken p-0.5">
        <legend className="sr-only">Theme</legend>
        {themes.map(({ theme, label, Icon }) => (
          <ThemeButton key={theme} theme={theme} chosen={theme === chosen}>
            <Icon aria-hidden className="size-3.5 shrink-0" />
            {label}
          </ThemeButton>
        ))}
      </fieldset>
    </form>
  );
}
